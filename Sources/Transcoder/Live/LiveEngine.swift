import Contracts
import Logging
import Synchronization

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
/// All methods may be called from any thread and return at once, except `join()`. An audio-only source fails with
/// `no_video`.
public final class LiveEngine: Sendable {
    private let settings: LiveEngineSettings
    private let beginning: LiveStart
    private let clock: any LiveClock
    private let logger: Logger
    private let source: SourceLoop
    private let assembler: Assembler
    private let state: EngineState
    private let meter = ProcessorMeter()
    private let threads = Mutex<[EngineThread]>([])

    /// - Parameter slates: what is known of the provider's slates; shared by all its channels.
    public init(
        settings: LiveEngineSettings = LiveEngineSettings(), start: LiveStart, source: any LiveSource,
        output: any LiveOutput, slates: SlateMemory = SlateMemory(), clock: any LiveClock = SystemClock(),
        logger: Logger = Logger(label: "live")
    ) {
        self.settings = settings
        beginning = start
        self.clock = clock
        self.logger = logger
        self.source = SourceLoop(source: source, settings: settings, slates: slates, clock: clock, logger: logger)
        assembler = Assembler(output: output, epoch: start.epoch, clock: clock, meter: meter)
        state = EngineState(active: start.activeRenditions)
    }

    /// Starts the threads. To be called once. If the system has no threads left, the stream fails at once.
    public func start() {
        let (source, assembler, state, meter) = (source, assembler, state, meter)
        let (settings, start, clock, logger) = (settings, beginning, clock, logger)
        let publishing = EngineThread(name: "live assembler") { assembler.run() }
        let media = EngineThread(name: "live engine") {
            LivePipeline(
                settings: settings, start: start, clock: clock, source: source, assembler: assembler, state: state,
                meter: meter, logger: logger
            ).run()
        }
        let reading = EngineThread(name: "live source") { source.run(meter: meter) }
        threads.withLock { $0 = [publishing, media, reading].compactMap { $0 } }
        if media == nil {
            source.stop()
            assembler.push(.finished(.failed(.noThreads)))
        } else if publishing == nil || reading == nil {
            state.fail(LiveEngineError.noThread)
        }
    }

    /// Ends the stream at once; what is not published is dropped. `finished(.stopped)` follows soon.
    public func stop() {
        assembler.mute()
        source.stop()
    }

    /// Ends the stream in good order: the source is closed, and what has come of it is published, the last segment as short as
    /// it is. `finished(.stopped)` follows soon.
    public func finish() {
        state.finish()
        source.stop()
    }

    /// Closes the connection and opens the channel again.
    public func reconnect() { source.reconnect() }

    /// Which renditions to encode, by name, from the next segment on. Unknown names are ignored; the lowest rendition
    /// is encoded if none is left.
    public func setActive(_ renditions: Set<String>) { state.setActive(renditions) }

    /// 0 = as configured, 1 = a faster preset, 2 and more = `level - 1` renditions from the top are replaced by the next
    /// lower one; the lowest always stays. From the next segment on.
    public func shed(level: Int) { state.shed(level) }

    public var snapshot: LiveSnapshot {
        var figures = state.snapshot(now: clock.now, processor: Double(meter.nanoseconds) / 1e9)
        figures.reconnects = source.reconnects
        figures.queuedPackets = source.events.count
        figures.queuedBytes = source.events.weight
        figures.queuedPieces = assembler.queued
        figures.pendingUnits = assembler.pendingUnits
        return figures
    }

    /// Blocks until all threads have ended. Never call it on the cooperative pool, nor from a `LiveOutput`.
    public func join() {
        for thread in threads.withLock({ $0 }) { thread.join() }
    }
}

extension StreamReason {
    fileprivate static let noThreads = StreamReason(
        code: "engine_failed", message: "The server is too busy to start this channel.")
}
