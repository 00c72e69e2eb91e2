import Dispatch

/// The engine's time. Tests drive it, or do without it.
public protocol LiveClock: Sendable {
    /// Nanoseconds that never go back.
    var now: Int64 { get }
    /// Unix time in milliseconds, for PROGRAM-DATE-TIME.
    var wallMilliseconds: Int64 { get }
    /// Whether media comes in real time. If not, it is a file: nothing is held or dropped, and its end is the end.
    var isRealTime: Bool { get }
    /// Blocks the calling thread until the semaphore is signalled or `now` has reached `deadline`. False: the latter.
    func wait(for semaphore: DispatchSemaphore, until deadline: Int64) -> Bool
}

/// The machine's time.
public struct SystemClock: LiveClock {
    public var isRealTime: Bool { true }
    private let start = DispatchTime.now().uptimeNanoseconds
    private let wallStart = wallClockMilliseconds()

    public init() {}

    public var now: Int64 { Int64(DispatchTime.now().uptimeNanoseconds - start) }
    public var wallMilliseconds: Int64 { wallStart + now / 1_000_000 }

    public func wait(for semaphore: DispatchSemaphore, until deadline: Int64) -> Bool {
        semaphore.wait(timeout: .now() + .nanoseconds(Int(max(0, deadline - now)))) == .success
    }
}

/// As fast as possible: for files, in tests and benchmarks.
public struct FileClock: LiveClock {
    private let clock = SystemClock()

    public init() {}

    public var now: Int64 { clock.now }
    public var wallMilliseconds: Int64 { clock.wallMilliseconds }
    public var isRealTime: Bool { false }

    public func wait(for semaphore: DispatchSemaphore, until deadline: Int64) -> Bool {
        clock.wait(for: semaphore, until: deadline)
    }
}
