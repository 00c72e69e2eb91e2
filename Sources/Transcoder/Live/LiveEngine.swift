import Contracts

/// One live channel: pulls and decodes it once, and publishes all its renditions, segment by segment (DESIGN §6).
///
/// It knows no Redis, no network and no file: a `LiveSource` gives bytes, a `LiveOutput` takes segments, a `LiveClock`
/// is the time. All work is on threads of its own, which `start()` makes and `join()` waits for:
///
/// | thread | work |
/// | --- | --- |
/// | source | opens, reads and demuxes; reopens with back-off |
/// | engine | decodes, re-times, deinterlaces, scales; audio as a whole; decides boundaries and holds |
/// | one per active rendition | H.264 |
/// | assembler | muxes and publishes |
///
/// All methods may be called from any thread and return at once, except `join()`.
public final class LiveEngine: Sendable {
    public init(
        settings: LiveEngineSettings = LiveEngineSettings(), start: LiveStart, source: any LiveSource,
        output: any LiveOutput, clock: any LiveClock = SystemClock()
    ) {
    }

    /// Starts the threads. To be called once.
    public func start() {}

    /// Ends the stream at once; what is not published is dropped. `finished(.stopped)` follows soon.
    public func stop() {}

    /// Closes the connection and opens the channel again.
    public func reconnect() {}

    /// Which renditions to encode, by name, from the next segment on. Unknown names are ignored; the lowest rendition
    /// is encoded if none is left.
    public func setActive(_ renditions: Set<String>) {}

    /// 0 = as configured, 1 = a faster preset, 2 and more = `level - 1` renditions from the top are replaced by the next
    /// lower one; the lowest always stays. From the next segment on.
    public func shed(level: Int) {}

    public var snapshot: LiveSnapshot { LiveSnapshot() }

    /// Blocks until all threads have ended. Never call it on the cooperative pool, nor from a `LiveOutput`.
    public func join() {}
}
