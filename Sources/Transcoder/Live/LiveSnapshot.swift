import Contracts

/// How an engine is doing, for metrics, capacity and `/api/stats/streams`.
public struct LiveSnapshot: Sendable, Equatable {
    public var source: LiveSourceState = .opening
    /// Why the source is away, if it is.
    public var reason: StreamReason?
    /// Renditions being encoded now.
    public var renditions: [String] = []
    public var shedLevel = 0
    /// Seconds of output per second of the clock since the last snapshot that was at least a second ago.
    public var speed = 0.0
    /// CPU seconds of all threads of the engine per second of the clock, over the same span.
    public var cores = 0.0
    /// CPU seconds in all.
    public var cpuSeconds = 0.0
    /// Times that the source was opened again.
    public var reconnects = 0
    /// Seconds of output so far.
    public var outputSeconds = 0.0
    /// Gauges of the queues, against `LiveEngineSettings.queued…`.
    public var queuedPackets = 0
    public var queuedBytes = 0
    /// The fullest encoder's.
    public var queuedFrames = 0
    /// Plans and pieces of segments that wait to be put together, against `Assembler`'s limit.
    public var queuedPieces = 0
    /// Access units in segments that are not yet complete.
    public var pendingUnits = 0
    /// Pictures that were shown twice to fill holes, held while the source was away, and dropped as late.
    public var repeatedFrames = 0
    public var heldFrames = 0
    public var droppedFrames = 0

    public init() {}
}
