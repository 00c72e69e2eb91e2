import Testing

@testable import Transcoder

@Suite struct HLSPlaylistTests {
    @Test func readsSegmentsWithTheirNumbers() throws {
        let list = try #require(
            HLSPlaylist(
                "#EXTM3U\r\n#EXT-X-TARGETDURATION:8\r\n#EXT-X-MEDIA-SEQUENCE:77\r\n#EXTINF:7.2,x\r\na.ts\r\n#EXTINF:8,\r\n/b.ts?t=1\r\n"
            ))
        #expect(list.segments.map(\.sequence) == [77, 78])
        #expect(list.segments.map(\.location) == ["a.ts", "/b.ts?t=1"])
        #expect(list.targetDuration == 8)
        #expect(!list.hasEnded && !list.isEncrypted && list.variants.isEmpty)
    }

    @Test func putsTheBestVariantFirst() throws {
        let list = try #require(
            HLSPlaylist(
                "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n#EXT-X-STREAM-INF:X=1,BANDWIDTH=900\nhigh.m3u8\n"))
        #expect(list.variants == ["high.m3u8", "low.m3u8"])
    }

    @Test func seesEndAndEncryption() throws {
        let list = try #require(
            HLSPlaylist("#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:4,\na.ts\n#EXT-X-ENDLIST\n"))
        #expect(list.hasEnded)
        #expect(list.isEncrypted)
    }

    @Test func numbersThatNoPlaylistHasDoNoHarm() throws {
        let head = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:9223372036854775807\n#EXT-X-TARGETDURATION:nan\n"
        let list = try #require(HLSPlaylist(head + "#EXTINF:4,\na.ts\n#EXTINF:4,\nb.ts\n"))
        #expect(list.segments.map(\.location) == ["a.ts", "b.ts"])
        #expect(list.segments.allSatisfy { $0.sequence > 0 } && list.targetDuration == 6)
    }

    @Test(arguments: ["", "<html>", "#EXT", "\u{0}\u{1}"])
    func refusesWhatIsNoPlaylist(_ text: String) {
        #expect(HLSPlaylist(text) == nil)
    }
}
