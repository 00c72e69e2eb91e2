import Contracts
import HTTPTypes
import TestSupport
import Testing

@testable import Gateway

@Suite struct FilmPlaylistTests {
    private func text(_ info: FilmInfo, _ rendition: String) -> String {
        FilmPlaylist(
            offer: FilmOffer(info: info, maximum: .p1080), rendition: rendition, prefix: "../../", capability: "cap"
        ).text()
    }

    private func multivariant(_ info: FilmInfo, maximum: Quality = .p1080, first: String = "720p") -> String {
        FilmPlaylists.multivariant(FilmOffer(info: info, maximum: maximum), first: first, session: "abcdefgh")
    }

    @Test func isCompleteFromTheFirstAnswerOn() {
        let grid = FilmGrid(rateNumerator: 25, rateDenominator: 1, frameCount: 225)
        #expect(
            text(FilmSamples.info(grid: grid, original: nil), "480p") == """
                #EXTM3U
                #EXT-X-VERSION:3
                #EXT-X-PLAYLIST-TYPE:VOD
                #EXT-X-TARGETDURATION:4
                #EXT-X-MEDIA-SEQUENCE:0
                #EXTINF:1.000000,
                ../../cap/480p/0123456789ab/0.ts
                #EXTINF:2.000000,
                ../../cap/480p/0123456789ab/1.ts
                #EXTINF:2.000000,
                ../../cap/480p/0123456789ab/2.ts
                #EXTINF:4.000000,
                ../../cap/480p/0123456789ab/3.ts
                #EXT-X-ENDLIST

                """)
    }

    /// Any rate and length: legal by every rule of the validator, and EXTINF is what the grid says, to the tick.
    @Test(
        arguments: [
            (24_000, 1_001, 259_000), (25, 1, 1), (25, 1, 6), (30_000, 1_001, 100_001), (25, 1, 106), (1, 5, 40),
        ] as [(Int64, Int64, Int64)])
    func isLegalAndExact(numerator: Int64, denominator: Int64, frames: Int64) {
        let grid = FilmGrid(rateNumerator: numerator, rateDenominator: denominator, frameCount: frames)
        let info = FilmSamples.info(
            grid: grid, subtitles: [FilmSamples.subtitles("eng")],
            original: FilmInfo.Original(boundaries: [0], targetDuration: Int(grid.duration / 90_000) + 1, reorder: 0))
        for rendition in ["720p", "original", "subs-eng"] {
            let (playlist, violations) = TestSupport.MediaPlaylist.parse(text(info, rendition))
            #expect(violations.list.isEmpty, "\(rendition): \(violations)")
            #expect(playlist.type == "VOD" && playlist.isEnded && playlist.mediaSequence == 0)
            let sum = playlist.segments.reduce(0) { $0 + $1.microseconds }
            #expect(abs(sum * 9 - grid.duration * 100) <= 9 * Int64(playlist.segments.count))
        }
        let (playlist, _) = TestSupport.MediaPlaylist.parse(text(info, "720p"))
        #expect(playlist.segments.count == grid.segmentCount)
        for (index, segment) in playlist.segments.enumerated() {
            #expect((segment.microseconds * 9 + 50) / 100 == grid.duration(of: index))
        }
    }

    @Test func theOriginalHasItsOwnBoundariesAndOneTargetDurationServesAll() {
        let (playlist, violations) = TestSupport.MediaPlaylist.parse(text(FilmSamples.info(), "original"))
        #expect(violations.list.isEmpty)
        #expect(playlist.segments.map(\.microseconds) == [5_000_000, 10_000_000, 25_000_000, 20_000_000])
        #expect(playlist.targetDuration == 25)
        #expect(text(FilmSamples.info(), "720p").contains("#EXT-X-TARGETDURATION:25\n"))
    }

    @Test func subtitlesAreNamedAsSuch() {
        let info = FilmSamples.info(subtitles: [FilmSamples.subtitles("eng")])
        #expect(text(info, "subs-eng").contains("\n../../cap/subs-eng/0123456789ab/0.vtt\n"))
    }

    @Test func theMultivariantPlaylistOffersEverythingThatCanBePlayed() {
        let info = FilmSamples.info(
            languages: ["fra", "eng"],
            subtitles: [
                FilmSamples.subtitles("eng"), FilmSamples.subtitles("fra", isText: false), FilmSamples.subtitles("deu"),
            ], original: nil)
        let text = multivariant(info)
        let (playlist, violations) = TestSupport.MultivariantPlaylist.parse(text)
        #expect(violations.list.isEmpty, "\(violations)")
        #expect(playlist.variants.map(\.uri) == ["720p", "480p", "360p"].map { "s/abcdefgh/\($0).m3u8" })
        #expect(playlist.media.map(\.type) == ["AUDIO", "AUDIO", "SUBTITLES", "SUBTITLES"])
        // Two languages of one title are two names.
        #expect(playlist.media.map(\.name) == ["Son", "Son 2", "eng", "deu"])
        #expect(text.contains(#"AUDIO="audio",SUBTITLES="subs""#))
        #expect(!playlist.media.contains { $0.type == "SUBTITLES" && $0.isDefault })
    }

    @Test func theOriginalKeepsItsFrameRateAndCountsByItsSize() {
        let text = multivariant(FilmSamples.info(), first: "original")
        let (playlist, violations) = TestSupport.MultivariantPlaylist.parse(text)
        #expect(violations.list.isEmpty, "\(violations)")
        #expect(playlist.variants.first?.uri == "s/abcdefgh/original.m3u8")
        #expect(playlist.variants.map(\.frameRate) == [50, 25, 25, 25])
        #expect(!multivariant(FilmSamples.info(), maximum: .p480, first: "480p").contains("original"))
    }

    @Test func choosesWhatIsOffered() throws {
        let offer = FilmOffer(
            info: FilmSamples.info(
                languages: ["fra", "eng"],
                subtitles: [FilmSamples.subtitles("eng"), FilmSamples.subtitles("fra", isText: false)], original: nil),
            maximum: .p480)
        #expect(try offer.variant(.p1080, preferred: .p720) == "480p")
        #expect(try offer.variant(nil, preferred: .p720) == "480p")
        // A default that this film does not have is no mistake of the viewer's.
        #expect(try offer.variant(nil, preferred: .original) == "360p")
        #expect(throws: APIError.self) { try offer.variant(.original, preferred: .p720) }
        #expect(try offer.rendition(named: "audio-eng") == "audio-eng")
        // Sound alone is the first language of a group, or has a playlist of its own.
        #expect(try offer.rendition(named: "audio") == "audio-fra")
        #expect(try offer.variant(.audio, preferred: .p720) == "audio-fra")
        let one = FilmOffer(info: FilmSamples.info(), maximum: .p480)
        #expect(try one.rendition(named: "audio") == "audio" && one.variant(.audio, preferred: .p720) == "audio")
        #expect(throws: APIError.self) { try one.rendition(named: "audio-fra") }
        // One file is always with a picture.
        #expect(throws: APIError.self) { try one.fileVariant(.audio, preferred: .p720) }
        #expect(try offer.rendition(named: "subs-eng") == "subs-eng")
        for bad in ["subs-fra", "audio-deu", "source", "720p.mp4", "", "original"] {
            #expect(throws: APIError.self) { try offer.rendition(named: bad) }
        }
    }

    @Test func knowsItsPieces() throws {
        let offer = FilmOffer(info: FilmSamples.info(subtitles: [FilmSamples.subtitles("eng")]), maximum: .p360)
        func has(_ rendition: String, _ index: Int) -> Bool {
            FilmPiece(rendition: rendition, index: index).map(offer.has) ?? false
        }
        let count = offer.info.grid.segmentCount
        // What MAX_QUALITY takes off the menu is still the film's.
        #expect(has("720p", 0) && has("720p", count - 1) && has("subs-eng", count - 1) && has("original", 3))
        #expect(!has("720p", count) && !has("original", 4) && !has("1080p", 0) && !has("720p", -1))
        #expect(has("source", 0) && !has("source", Int(offer.sourceBlocks)))
    }

    @Test(arguments: [
        ("720p", "0123456789ab", "12.vtt"), ("subs-eng", "0123456789ab", "12.ts"), ("720p", "0123456789ab", "012.ts"),
        ("720p", "0123456789ab", "+1.ts"), ("720p", "0123456789ab", "-1.ts"), ("720p", "0123456789ab", ".ts"),
        ("720p", "0123456789ab", "1"), ("720p", "0123456789ab", "99999999.ts"), ("720p", "0123456789AB", "1.ts"),
        ("720p", "../etc", "1.ts"), ("720p", "0123", "1.ts"), ("source", "0123456789ab", "1.ts"),
        ("720P", "0123456789ab", "1.ts"), ("720p.mp4", "0123456789ab", "1.ts"), ("720p", "0123456789ab", "1.ts.ts"),
    ])
    func refusesOtherNames(rendition: String, version: String, file: String) throws {
        #expect(throws: APIError.self) {
            try FilmSegmentName(film: FilmSamples.film, rendition: rendition, version: version, file: file)
        }
    }

    @Test func readsWhatPlaylistsSay() throws {
        let name = try FilmSegmentName(
            film: FilmSamples.film, rendition: "subs-eng", version: "0123456789ab", file: "7.vtt")
        #expect(name.piece == FilmPiece(rendition: "subs-eng", index: 7))
        #expect(name.contentType == "text/vtt; charset=utf-8")
    }

    @Test func theShelfIsBoundedAndRendersOnce() {
        let shelf = PlaylistShelf(capacity: 2)
        func key(_ film: String) -> PlaylistShelf.Key {
            .init(film: film, version: "v", rendition: "720p", prefix: "", capability: "c", listing: "")
        }
        var rendered: [String] = []
        for film in ["a", "b", "a", "c", "a", "b"] {
            _ = shelf.playlist(key(film)) {
                rendered.append(film)
                return film
            }
        }
        #expect(rendered == ["a", "b", "c", "b"] && shelf.count == 2)
    }
}
