import Media
import Synchronization

/// Since when the source thread waits for bytes: what a stall is told by.
///
/// Waiting for room in the queue is not a stall, so only the time inside a read counts.
final class ReadWatch: Sendable {
    private static let idle: Int64 = .min
    private let waitingSince = Atomic<Int64>(idle)
    private let bytesRead = Atomic<Int64>(0)
    private let longest = Atomic<Int64>(0)

    /// Nanoseconds that the read under way has lasted; 0 when none is.
    func waited(at now: Int64) -> Int64 {
        let since = waitingSince.load(ordering: .relaxed)
        return since == Self.idle ? 0 : now - since
    }

    /// Nanoseconds that a read of this source may last though nothing is wrong.
    var longestPause: Int64 { longest.load(ordering: .relaxed) }

    var bytes: Int64 { bytesRead.load(ordering: .relaxed) }

    fileprivate func expect(_ pause: Duration) { longest.store(pause.nanoseconds, ordering: .relaxed) }
    fileprivate func begin(_ now: Int64) { waitingSince.store(now, ordering: .relaxed) }
    fileprivate func end(_ count: Int) {
        waitingSince.store(Self.idle, ordering: .relaxed)
        bytesRead.wrappingAdd(Int64(count), ordering: .relaxed)
    }
}

/// A byte source whose reads are watched. On the source thread only.
final class WatchedBytes: ByteSource {
    private let source: any ByteSource
    private let watch: ReadWatch
    private let clock: any LiveClock

    init(_ source: any ByteSource, watch: ReadWatch, clock: any LiveClock) {
        self.source = source
        self.watch = watch
        self.clock = clock
        watch.expect(source.longestPause)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        watch.begin(clock.now)
        var count = 0
        defer { watch.end(count) }
        count = try source.read(into: buffer)
        return count
    }
}
