import Dispatch

/// The engine's time. Tests run it faster, or not at all.
public protocol LiveClock: Sendable {
    /// Nanoseconds that never go back.
    var now: Int64 { get }
    /// Unix time in milliseconds, for PROGRAM-DATE-TIME.
    var wallMilliseconds: Int64 { get }
    /// Seconds of this clock per second of the machine; waits are shortened by it.
    var speed: Double { get }
    /// Whether media comes in real time. If not, it is a file: nothing is held or dropped, and its end is the end.
    var isRealTime: Bool { get }
}

/// The machine's time, `speed` times as fast.
public struct SystemClock: LiveClock {
    public let speed: Double
    public var isRealTime: Bool { true }
    private let start = DispatchTime.now().uptimeNanoseconds
    private let wallStart = wallClockMilliseconds()

    public init(speed: Double = 1) { self.speed = speed }

    public var now: Int64 {
        Int64(Double(DispatchTime.now().uptimeNanoseconds - start) * speed)
    }
    public var wallMilliseconds: Int64 { wallStart + now / 1_000_000 }
}

/// As fast as possible: for files, in tests and benchmarks.
public struct FileClock: LiveClock {
    private let clock = SystemClock()

    public init() {}

    public var now: Int64 { clock.now }
    public var wallMilliseconds: Int64 { clock.wallMilliseconds }
    public var speed: Double { 1 }
    public var isRealTime: Bool { false }
}
