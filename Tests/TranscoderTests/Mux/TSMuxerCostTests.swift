import Foundation
import TestSupport
import Testing

@testable import Live

@Suite struct TSMuxerCostTests {
    /// What the viewer pays for the container, against the bytes that come from the encoders (raw AAC).
    @Test func overheadIsSmall() async throws {
        let source = ClipSegments(try await Clips.shared.clip(FrameRate(25)), rate: FrameRate(25))
        let elementary = source.segments.flatMap { $0.video + $0.audio }.reduce(0) { $0 + $1.data.count }
        let muxed = source.muxed(.muxed).reduce(0) { $0 + $1.count }
        let percent = Double(muxed - elementary) * 100 / Double(elementary)
        let milliseconds = Int(source.grid.start(of: 6) - source.grid.start(of: 0)) / 90
        print("MPEG-TS overhead at \(elementary * 8 / milliseconds) kb/s: \(percent) %")
        #expect(percent <= 8)
    }

    /// Audio-only must not pay for its clock with short packets.
    @Test func soundAloneCostsLittle() async throws {
        let source = ClipSegments(try await Clips.shared.clip(FrameRate(25)), rate: FrameRate(25))
        let elementary = source.segments.flatMap(\.audio).reduce(0) { $0 + $1.data.count }
        let muxed = source.muxed(.audioOnly).reduce(0) { $0 + $1.count }
        let percent = Double(muxed - elementary) * 100 / Double(elementary)
        print("MPEG-TS overhead of sound alone: \(percent) %")
        #expect(percent <= 16)
    }

    /// Measured in CPU time of this thread, so that a busy machine does not count.
    @Test func aDebugBuildIsFastEnough() async throws {
        let source = ClipSegments(try await Clips.shared.clip(FrameRate(25)), rate: FrameRate(25))
        var muxer = TSMuxer(program: .muxed)
        var bytes = 0
        let start = threadTime()
        for _ in 0..<5 {
            for segment in source.segments {
                bytes += muxer.segment(video: segment.video, audio: segment.audio, discontinuity: false).count
            }
        }
        let speed = Double(bytes) / (threadTime() - start) / 1_000_000
        print("muxed \(bytes) bytes at \(speed) MB/s of CPU time")
        #expect(speed > 20)
    }

    private func threadTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
