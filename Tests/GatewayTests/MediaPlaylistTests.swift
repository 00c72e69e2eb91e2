import Contracts
import Testing

@testable import Gateway

@Suite struct MediaPlaylistTests {
    @Test func writesEveryTagOfALivePlaylist() {
        let text = Samples.playlist([
            Samples.segment(1_795_000_000, duration: 90_000, discontinuity: true, count: 3),
            Samples.segment(1_795_000_001, duration: 90_000, count: 3),
        ])
        #expect(
            text == """
                #EXTM3U
                #EXT-X-VERSION:3
                #EXT-X-TARGETDURATION:4
                #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=12.0
                #EXT-X-MEDIA-SEQUENCE:1795000000
                #EXT-X-DISCONTINUITY-SEQUENCE:2
                #EXT-X-DISCONTINUITY
                #EXT-X-PROGRAM-DATE-TIME:2026-11-18T11:06:40.500Z
                #EXTINF:1.000000,
                cap1795000000123/720p/1795000000123-1795000000.ts
                #EXTINF:1.000000,
                cap1795000000123/720p/1795000000123-1795000001.ts

                """)
    }

    @Test func endsAPlaylistOnlyWhenTheStreamHasEnded() {
        #expect(Samples.playlist([Samples.segment(5)], ended: true).hasSuffix("#EXT-X-ENDLIST\n"))
        #expect(!Samples.playlist([Samples.segment(5)]).contains("ENDLIST"))
    }

    @Test(arguments: [
        (360_000, "4.000000"), (90_000, "1.000000"), (360_360, "4.004000"), (3_003, "0.033367"), (1, "0.000011"),
        (179_999, "1.999989"), (0, "0.000000"),
    ])
    func tellsDurationsExactly(ticks: Int64, text: String) {
        #expect(MediaPlaylist.seconds(ticks: ticks) == text)
    }

    @Test func pointsBelowASessionUpwards() {
        let text = Samples.playlist([Samples.segment(5)], prefix: "../../")
        #expect(text.contains("\n../../cap1795000000123/720p/1795000000123-5.ts\n"))
    }

    @Test func namesTheSubstituteOfAShedRendition() {
        let parts = [
            "720p": LiveSegment.Part(byteCount: 6, substitute: "480p", discontinuity: true, discontinuities: 1),
            "480p": LiveSegment.Part(byteCount: 6),
        ]
        let text = Samples.playlist([Samples.segment(4), Samples.segment(5, parts: parts)])
        #expect(text.contains("#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:"))
        #expect(text.contains("cap1795000000123/480p/1795000000123-5.ts"))
        let other = Samples.playlist([Samples.segment(4), Samples.segment(5, parts: parts)], rendition: "480p")
        #expect(!other.contains("#EXT-X-DISCONTINUITY\n"))
    }

    /// RFC 8216 §6.2.2: the number of a segment's discontinuity never changes while playlists slide over it,
    /// for common discontinuities and for a rendition's own alike.
    @Test func keepsDiscontinuityNumbersOverAllVersions() {
        var records: [LiveSegment] = []
        var common: Int64 = 0
        var own: Int64 = 0
        for sequence in Int64(100)..<160 {
            let isCommon = sequence % 13 == 0
            let isOwn = !isCommon && sequence % 7 == 0
            common += isCommon ? 1 : 0
            own += isOwn ? 1 : 0
            let part = LiveSegment.Part(
                byteCount: 1, discontinuity: isOwn ? true : nil, discontinuities: own > 0 ? own : nil)
            records.append(Samples.segment(sequence, discontinuity: isCommon, count: common, parts: ["720p": part]))
        }
        var numbers: [Int64: Int64] = [:]
        for start in 0...(records.count - 10) {
            let window = Array(records[start..<start + 10])
            var number = MediaPlaylist.discontinuitySequence(of: window[0], rendition: "720p")
            for record in window {
                if record.discontinuity || record.parts["720p"]?.discontinuity == true { number += 1 }
                #expect(numbers[record.sequence, default: number] == number)
                numbers[record.sequence] = number
            }
        }
        #expect(numbers[159] == common + own)
    }
}

@Suite struct ProgramDateTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_735_689_599_999, "2024-12-31T23:59:59.999Z"), (4_107_542_400_001, "2100-03-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (1_795_378_648_123, "2026-11-22T20:17:28.123Z"),
    ])
    func isUTCWithMilliseconds(milliseconds: Int64, text: String) {
        #expect(ProgramDate.text(milliseconds) == text)
        #expect(ProgramDate.day(milliseconds) == String(text.prefix(10)))
    }
}
