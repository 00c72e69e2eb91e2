import Media
import Testing

@Suite struct MediaDecodingTests {
    @Test func broadcastIsDecodedWithoutProbing() throws {
        let clip = try DecodedClip(MemorySource(try MediaClip.broadcast(), piece: 1316))
        #expect(clip.streams.map(\.codec) == ["mpeg2video", "ac3"])
        #expect(clip.streams.map(\.language) == [nil, "deu"])
        #expect(clip.streams[0].timeBase == Rational(1, 90_000))
        #expect(clip.videoRate == Rational(25, 1))
        #expect(clip.video.count == 50)
        #expect(clip.video.allSatisfy { $0.isInterlaced && $0.isTopFieldFirst && !$0.isCorrupt })
        #expect(clip.video[0].isKey)
        let times = clip.video.compactMap(\.pts)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 3_600 })
        #expect(clip.audio.allSatisfy { $0.channels == 6 && $0.sampleRate == 48_000 && $0.samples == 1_536 })
        #expect(clip.skipped == 0)
    }

    @Test func picturesComeInPresentationOrder() throws {
        let bytes = try MediaClip.make(
            "-f lavfi -i testsrc2=s=320x180:r=30000/1001:d=2 -c:v libx264 -bf 3 -preset veryfast -f mpegts")
        let clip = try DecodedClip(MemorySource(bytes))
        #expect(clip.video.count == 60)
        #expect(clip.videoRate == Rational(30_000, 1_001))
        let times = clip.video.compactMap(\.pts)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 3_003 })
    }

    @Test func tenBitHEVCIsDecodedAndDeliveredInEightBits() throws {
        let bytes = try MediaClip.make(
            "-f lavfi -i testsrc2=s=640x360:r=25:d=1 -pix_fmt yuv420p10le -c:v libx265 -preset ultrafast "
                + "-x265-params log-level=none -f mpegts")
        let clip = try DecodedClip(MemorySource(bytes))
        #expect(clip.streams[0].codec == "hevc")
        #expect(clip.video.count == 25)
        let scaler = try Scaler(size: PictureSize(width: 640, height: 360), colour: .bt709)
        let delivered = try scaler.scale(clip.video[0])
        #expect(delivered.pixelFormat != clip.video[0].pixelFormat)
    }

    @Test func filmsAreProbedAndSeekableSourcesAreUsed() throws {
        let bytes = try MediaClip.make(
            "-f lavfi -i testsrc2=s=320x180:r=25:d=1 -c:v libx264 -preset veryfast -f mp4", as: "clip.mp4")
        let clip = try DecodedClip(
            MemorySource(bytes, isSeekable: true), format: .probe(among: ["mov,mp4,m4a,3gp,3g2,mj2"]))
        #expect(clip.video.count == 25)
        #expect(clip.streams[0].averageFrameRate == Rational(25, 1))
    }

    @Test func onlyTheNamedContainersAreOpened() throws {
        let playlist = Array("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:1/a.ts\n".utf8)
        #expect(throws: LibavError.self) {
            try Demuxer(source: MemorySource(playlist), format: .probe(among: ["mpegts", "matroska,webm"]))
        }
    }

    @Test func whatTheSourceThrowsComesOut() throws {
        let bytes = try MediaClip.make("-f lavfi -i testsrc2=s=320x180:r=25:d=1 -c:v mpeg2video -f mpegts")
        #expect(throws: MemorySource.Lost()) { try DecodedClip(MemorySource(bytes, failsAtEnd: true)) }
        #expect(throws: MemorySource.Lost()) { try Demuxer(source: MemorySource([], failsAtEnd: true)) }
    }

    @Test func aLiveSourceIsReadNoFurtherThanItsTables() throws {
        let bytes = try MediaClip.make("-f lavfi -i testsrc2=s=1280x720:r=25:d=4 -c:v mpeg2video -b:v 6M -f mpegts")
        let source = MemorySource(bytes, piece: 1316)
        let demuxer = try Demuxer(source: source)
        #expect(demuxer.streams.map(\.codec) == ["mpeg2video"])
        #expect(source.position < 100_000, "read \(source.position) of \(bytes.count) bytes before the first packet")
    }

    @Test func streamsThatAppearLaterAreAnnounced() throws {
        let video = try MediaClip.make("-f lavfi -i testsrc2=s=320x180:r=25:d=1 -c:v mpeg2video -f mpegts")
        let both = try MediaClip.make(
            "-f lavfi -i testsrc2=s=320x180:r=25:d=1 -f lavfi -i sine=d=1 -c:v mpeg2video -c:a mp2 -f mpegts")
        let demuxer = try Demuxer(source: MemorySource(video + both))
        let before = demuxer.streamsVersion
        #expect(demuxer.streams.count == 1)
        while try demuxer.readPacket() != nil {}
        #expect(demuxer.streams.map(\.kind) == [.video, .audio])
        #expect(demuxer.streamsVersion > before)
    }

    @Test func retimingLeavesTheOriginalAlone() throws {
        let bytes = try MediaClip.make("-f lavfi -i testsrc2=s=320x180:r=25:d=1 -c:v mpeg2video -f mpegts")
        let demuxer = try Demuxer(source: MemorySource(bytes))
        let packet = try #require(try demuxer.readPacket())
        let before = packet.pts
        let moved = try packet.retimed(pts: 1 << 40, dts: nil)
        #expect(moved.pts == 1 << 40 && moved.dts == nil && moved.size == packet.size)
        #expect(packet.pts == before)
    }
}
