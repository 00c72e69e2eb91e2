import Contracts
import HTTPTypes
import Testing

@testable import Gateway

@Suite struct MultivariantPlaylistTests {
    private func text(_ info: LiveStreamInfo, maximum: Quality = .p1080, first: String = "720p") -> String {
        MultivariantPlaylist(
            info: info, variants: QualityChoice.offered(info.tracks, maximum: maximum), first: first,
            session: "abcdefgh"
        ).text()
    }

    @Test func describesEveryVariant() {
        #expect(
            text(
                Samples.info([Samples.track(720), Samples.track(360, codecs: "avc1.64001e,mp4a.40.2")]), first: "360p")
                    == """
                    #EXTM3U
                    #EXT-X-VERSION:4
                    #EXT-X-INDEPENDENT-SEGMENTS
                    #EXT-X-STREAM-INF:BANDWIDTH=1800000,AVERAGE-BANDWIDTH=1080000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000
                    s/abcdefgh/360p.m3u8
                    #EXT-X-STREAM-INF:BANDWIDTH=3600000,AVERAGE-BANDWIDTH=2160000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000
                    s/abcdefgh/720p.m3u8

                    """)
    }

    @Test func leavesOutWhatIsAboveTheMaximum() {
        let capped = text(Samples.info(), maximum: .p480, first: "480p")
        #expect(!capped.contains("720p.m3u8"))
        #expect(capped.contains("480p.m3u8"))
        // Something is always offered.
        #expect(text(Samples.info([Samples.track(720)]), maximum: .p360).contains("720p.m3u8"))
    }

    @Test func groupsSeveralLanguages() {
        func audio(_ language: String, _ title: String) -> LiveStreamInfo.Track {
            .init(
                name: "audio-\(language)", kind: .audio, width: 0, height: 0, bandwidth: 110_000,
                averageBandwidth: 100_000,
                codecs: "mp4a.40.2", language: language, title: title)
        }
        let text = text(
            Samples.info([
                Samples.track(720, codecs: "avc1.64001f"), audio("fr", "Fran\"çais\n"), audio("en", "English"),
            ]))
        #expect(
            text.contains(
                #"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Français",LANGUAGE="fr",DEFAULT=YES,AUTOSELECT=YES,"#
                    + #"CHANNELS="2",URI="s/abcdefgh/audio-fr.m3u8""#))
        #expect(text.contains(#"NAME="English",LANGUAGE="en",DEFAULT=NO"#))
        #expect(text.contains(#"BANDWIDTH=3710000,AVERAGE-BANDWIDTH=2260000,CODECS="avc1.64001f,mp4a.40.2""#))
        #expect(text.contains(#",AUDIO="audio""#))
    }

    private func sound(_ name: String, _ language: String? = nil) -> LiveStreamInfo.Track {
        .init(
            name: name, kind: .audio, width: 0, height: 0, bandwidth: 90_000, averageBandwidth: 80_000,
            codecs: "mp4a.40.2", language: language)
    }

    @Test func soundAloneIsForWhoAsksForIt() {
        let info = Samples.info([Samples.track(720), Samples.track(360), sound("audio")])
        #expect(!text(info).contains("audio"))
        #expect(
            text(info, first: "audio") == """
                #EXTM3U
                #EXT-X-VERSION:4
                #EXT-X-INDEPENDENT-SEGMENTS
                #EXT-X-STREAM-INF:BANDWIDTH=90000,AVERAGE-BANDWIDTH=80000,CODECS="mp4a.40.2"
                s/abcdefgh/audio.m3u8

                """)
        let group = Samples.info([
            Samples.track(360, codecs: "avc1.64001e"), sound("audio-fra", "fr"), sound("audio-eng", "en"),
        ])
        let lines = text(group, first: "audio-fra").split(separator: "\n").suffix(2)
        #expect(
            lines == [
                #"#EXT-X-STREAM-INF:BANDWIDTH=90000,AVERAGE-BANDWIDTH=80000,CODECS="mp4a.40.2",AUDIO="audio""#,
                "s/abcdefgh/audio-fra.m3u8",
            ])
    }

    @Test func roundsTheFrameRate() {
        var info = Samples.info([Samples.track(720)])
        info = LiveStreamInfo(
            targetDuration: 4, frameRateNumerator: 30_000, frameRateDenominator: 1_001, tracks: info.tracks, source: "")
        #expect(text(info).contains("FRAME-RATE=29.970\n"))
    }
}

@Suite struct QualityChoiceTests {
    @Test func refusesUnknownNamesAndListsTheKnown() throws {
        #expect(try QualityChoice.parse(nil) == nil)
        #expect(try QualityChoice.parse("720p") == .p720)
        for bad in ["721p", "720P", "../x", "720p "] {
            let error = #expect(throws: APIError.self) { try QualityChoice.parse(bad) }
            #expect(error?.status == .badRequest)
            #expect(error?.qualities == Quality.allCases.map(\.rawValue))
        }
    }

    @Test(arguments: [
        (Quality.p1080, "720p"), (.p720, "720p"), (.p480, "480p"), (.p240, "360p"), (.p360, "360p"),
    ])
    func lowersToTheBestThereIs(asked: Quality, got: String) throws {
        #expect(try QualityChoice.choose(asked, from: ["720p", "480p", "360p"]) == got)
    }

    @Test func doesNotReplaceWhatIsNotAHeight() {
        #expect(throws: APIError.self) { try QualityChoice.choose(.audio, from: ["720p"]) }
        #expect(throws: APIError.self) { try QualityChoice.choose(.original, from: ["720p"]) }
    }

    @Test func findsARenditionByTheNameOfItsPlaylist() throws {
        let choice = RenditionChoice(maximum: .p480, preferred: .p720)
        #expect(try choice.rendition(named: "720p", Samples.info()) == "480p")
        #expect(try choice.rendition(named: "720p", nil) == "480p")
        #expect(try choice.rendition(named: "audio-fra", nil) == "audio-fra")
        #expect(throws: APIError.self) { try choice.rendition(named: "audio-fra", Samples.info()) }
        #expect(throws: APIError.self) { try choice.rendition(named: "999p", nil) }
        // Sound alone, before and after it is known; an owner of an older build has none.
        let sound = LiveStreamInfo.Track(
            name: "audio", kind: .audio, width: 0, height: 0, bandwidth: 1, averageBandwidth: 1, codecs: "mp4a.40.2")
        #expect(try choice.rendition(named: "audio", nil) == "audio")
        #expect(try choice.rendition(named: "audio", Samples.info([Samples.track(360), sound])) == "audio")
        #expect(try choice.variant(.audio, Samples.info([Samples.track(360), sound])) == "audio")
        #expect(throws: APIError.self) { try choice.rendition(named: "audio", Samples.info()) }
        #expect(throws: APIError.self) { try choice.rendition(named: "audio-\n", nil) }
    }
}

@Suite struct BlockingReloadTests {
    @Test func readsDirectives() throws {
        #expect(try BlockingReload.parse(msn: nil, part: nil) == nil)
        #expect(try BlockingReload.parse(msn: "12", part: nil) == BlockingReload(sequence: 12))
        #expect(try BlockingReload.parse(msn: "12", part: "0") == BlockingReload(sequence: 12))
    }

    @Test(arguments: [
        (nil as String?, "0" as String?), ("x", nil), ("-1", nil), ("", nil), ("1.5", nil),
        ("9999999999999999999", nil), ("5", "-1"),
        ("5", "a"),
    ])
    func refusesNonsense(msn: String?, part: String?) {
        #expect(throws: APIError.self) { try BlockingReload.parse(msn: msn, part: part) }
    }

    @Test func waitsForAtMostTwoSegments() throws {
        let last: Int64 = 100
        #expect(try BlockingReload(sequence: 99).isSatisfied(by: last, ended: false))
        #expect(try BlockingReload(sequence: 100).isSatisfied(by: last, ended: false))
        #expect(try !BlockingReload(sequence: 101).isSatisfied(by: last, ended: false))
        #expect(try !BlockingReload(sequence: 102).isSatisfied(by: last, ended: false))
        #expect(throws: APIError.self) { try BlockingReload(sequence: 103).isSatisfied(by: last, ended: false) }
        #expect(try BlockingReload(sequence: 103).isSatisfied(by: last, ended: true))
    }
}
