import Media
import TestSupport
import Testing

/// Damaged input is counted, skipped or refused; it never brings the process down.
@Suite struct MediaRobustnessTests {
    private static let clips = Result {
        try [
            "-f lavfi -i testsrc2=s=320x180:r=25:d=2 -f lavfi -i sine=d=2 -c:v libx264 -preset veryfast -c:a aac -f mpegts",
            "-f lavfi -i testsrc2=s=352x288:r=25:d=2 -f lavfi -i sine=d=2 -c:v mpeg2video -flags +ildct+ilme -c:a ac3 "
                + "-f mpegts",
            "-f lavfi -i testsrc2=s=320x180:r=25:d=2 -c:v libx265 -preset ultrafast -x265-params log-level=none -f mpegts",
        ].map { try MediaClip.make($0) }
    }

    @Test(arguments: 0..<3, [UInt64(1), 2, 3])
    func tenThousandChangedBytes(clip: Int, seed: UInt64) throws {
        var bytes = try Self.clips.get()[clip]
        var random = SmallRandom(state: seed)
        for _ in 0..<10_000 {
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next() >> 32)
        }
        do {
            let decoded = try DecodedClip(MemorySource(bytes))
            let deinterlacer = Deinterlacer(timeBase: Rational(1, 90_000))
            let scaler = try Scaler(size: PictureSize(width: 160, height: 90), colour: .bt601Lines625)
            for frame in decoded.video {
                for whole in try deinterlacer.process(frame) { _ = try scaler.scale(whole) }
            }
            let resampler = Resampler(sampleRate: 48_000)
            for frame in decoded.audio { _ = try? resampler.convert(frame) }
        } catch is LibavError {
            // Too broken to be opened: a legal answer.
        }
    }

    @Test(arguments: [UInt64(4), 5])
    func noiseIsNotMedia(seed: UInt64) throws {
        var random = SmallRandom(state: seed)
        let noise = (0..<400_000).map { _ in UInt8(truncatingIfNeeded: random.next() >> 32) }
        do {
            let clip = try DecodedClip(MemorySource(noise))
            #expect(clip.video.isEmpty)
        } catch is LibavError {}
    }

    @Test func aHoleInTheStreamIsReportedAndDecodedOver() throws {
        var bytes = try Self.clips.get()[1]
        let packet = 188
        let hole = bytes.count / packet / 2 * packet
        bytes.removeSubrange(hole..<hole + 7 * packet)
        let demuxer = try Demuxer(source: MemorySource(bytes))
        var corrupt = 0
        while let packet = try demuxer.readPacket() { corrupt += packet.isCorrupt ? 1 : 0 }
        #expect(corrupt > 0)
        #expect(try DecodedClip(MemorySource(bytes)).video.count >= 48)
    }
}
