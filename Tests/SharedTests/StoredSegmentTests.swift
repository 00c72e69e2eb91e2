import Contracts
import NIOCore
import Testing

struct StoredSegmentTests {
    @Test(arguments: [
        "vod-1906/0123456789ab/720p/12.ts", "vod-1/0123456789ab/original/0.ts", "episode-9/0123456789ab/audio-fra/3.ts",
        "series-55-1-2/0123456789ab/subs-eng/7.vtt", "vod-1906/0123456789ab/720p.mp4/-1.mp4",
    ])
    func pathsAreReadBack(path: String) {
        #expect(StoredSegment(path: path)?.path == path)
    }

    @Test(arguments: [
        "", "vod-1906/0123456789ab/720p", "vod-1906/0123456789ab/720p/12", "vod-1906/0123456789ab/720p/012.ts",
        "vod-1906/0123456789ab/720p/-2.ts", "vod-1906/0123456789ab/720p/1000000.ts", "live-8/0123456789ab/720p/1.ts",
        "vod-1906/0123456789ab/../1.ts", "vod-1906/../720p/1.ts", "vod-1906/0123456789AB/720p/1.ts",
        "../vod-1906/0123456789ab/720p/1.ts", "vod-1906/0123456789ab/.tmp/1.ts", "vod-1906/0123456789ab/720p/12.vtt",
        "vod-01906/0123456789ab/720p/1.ts", "/vod-1906/0123456789ab/720p/1.ts", "vod-1906/0123456789ab/720p/+1.ts",
        "vod-1906/0123456789ab//1.ts",
    ])
    func anythingElseIsRefused(path: String) {
        #expect(StoredSegment(path: path) == nil)
    }

    @Test func typesAreWhatPlayersExpect() {
        let types = ["720p", "subs-eng", "720p.mp4"].map {
            StoredGroup("vod-1/0123456789ab/\($0)")?.contentType
        }
        #expect(types == ["video/mp2t", "text/vtt", "video/mp4"])
    }

    @Test func aMapSaysWhatItWasMadeOf() {
        for indices in [[], [-1], [0, 1, 2, 7, 8, 1000], [-1, 6, 7, 999_999]] {
            let map = StoredMap(indices: indices)
            #expect(map.indices == indices && map.count == indices.count)
            #expect(StoredMap(bytes: map.bytes) == map)
            #expect(!map.contains(3) && !map.contains(-2) && !map.contains(5_000_000))
        }
        // Redis' own order of bits: SETBIT 0 and SETBIT 9.
        #expect(StoredMap(bytes: ByteBuffer(bytes: [0x80, 0x40])).indices == [-1, 8])
    }
}
