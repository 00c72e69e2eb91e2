import Contracts
import Logging
import Media

/// The engine thread: takes what the source thread reads, in order, and keeps the output line going by the clock.
final class LivePipeline {
    private let settings: LiveEngineSettings
    private let start: LiveStart
    private let clock: any LiveClock
    private let source: SourceLoop
    private let assembler: Assembler
    private let state: EngineState
    private let meter: ProcessorMeter
    private let logger: Logger

    private let ingest = Ingest()
    private var search: FormatSearch
    private var output: OutputLine?
    private var encoders: EncoderBank?
    private var health: SourceHealth

    init(
        settings: LiveEngineSettings, start: LiveStart, clock: any LiveClock, source: SourceLoop, assembler: Assembler,
        state: EngineState, meter: ProcessorMeter, logger: Logger
    ) {
        self.settings = settings
        self.start = start
        self.clock = clock
        self.source = source
        self.assembler = assembler
        self.state = state
        self.meter = meter
        self.logger = logger
        search = FormatSearch(settings: settings)
        health = SourceHealth(settings: settings, now: clock.now)
    }

    /// The thread's function: returns when the stream has ended and all encoders with it.
    func run() {
        var lap = ProcessorMeter.Lap(meter)
        assembler.push(.source(.opening, nil))
        let outcome = loop(&lap)
        source.stop()
        if outcome == .stopped, output == nil || (clock.isRealTime && !state.isFinishing) {
            assembler.mute()
            output?.abort()
        } else {
            finishOutput()
        }
        lap.record()
        assembler.push(.finished(outcome))
    }

    private func loop(_ lap: inout ProcessorMeter.Lap) -> LiveOutcome {
        while true {
            do {
                switch source.events.take(until: deadline, weight: \.weight) {
                case .element(.ended): return try ended()
                case .element(let event): try handle(event)
                case .nothing: break
                case .closed: return .stopped
                }
                if let outcome = try passTime() { return outcome }
            } catch {
                state.fail(error)
            }
            if let error = state.failure { return broken(error) }
            lap.record()
            report()
        }
    }

    // MARK: Events

    private func handle(_ event: SourceEvent) throws {
        switch event {
        case .connected(let streams):
            ingest.connected(streams)
            output?.connected(streams, at: clock.now)
            health.connected(at: clock.now)
        case .program(let streams):
            try take(ingest.drain())
            ingest.programChanged(streams)
            output?.streamsChanged(streams)
        case .streams(let streams):
            ingest.streamsChanged(streams)
            output?.streamsChanged(streams)
        case .decoder(let stream, let decoder): ingest.use(decoder.value, for: stream)
        case .packet(let packet): try take(ingest.decode(packet))
        case .lost(let error):
            try take(ingest.drain())
            output?.disconnected()
            health.lost(error, at: clock.now)
            if output != nil { announce(.reconnecting, error.reason) }
        case .ended: break
        }
    }

    private func take(_ decoded: [Ingest.Decoded]) throws {
        for item in decoded {
            switch item {
            case .picture(let frame, let pts): try show(frame, pts)
            case .sound(let frame, let stream, let pts):
                if let output {
                    try output.hear(frame, stream: stream, pts: pts, at: clock.now)
                } else {
                    search.hear(frame)
                    early.append((frame, stream, pts))
                    if early.count > Self.earlyLimit { early.removeFirst(Self.earlyLimit / 4) }
                }
            }
        }
    }

    /// Sound from before the format was known.
    private var early: [(frame: Frame, stream: StreamDescription, pts: Int64)] = []
    private static let earlyLimit = 512

    private func show(_ frame: Frame, _ pts: Int64) throws {
        let now = clock.now
        if let output {
            try output.show(frame, pts: pts, at: now)
            announce(.running, nil)
            return
        }
        search.add(frame, pts: pts, at: clock.isRealTime ? now : nil)
        if let format = search.format(from: ingest, at: now) { try begin(format, at: now) }
    }

    private func ended() throws -> LiveOutcome {
        try take(ingest.drain())
        if output == nil, let format = search.format(from: ingest, at: clock.now, isLast: true) {
            try begin(format, at: clock.now)
        }
        return output == nil ? .failed(health.reason) : .stopped
    }

    // MARK: The output

    private func begin(_ format: LiveFormat, at now: Int64) throws {
        logger.info("live format", metadata: ["live.source": "\(format.source)", "live.rate": "\(format.frameRate)"])
        let encoders = EncoderBank(
            format: format, settings: settings, clock: clock, meter: meter,
            deliver: { [assembler] in assembler.push(.piece($0)) }, fail: { [state] in state.fail($0) })
        let planner = SegmentPlanner(
            start: start, format: format, resetAfter: settings.resetAfter,
            programStart: max(clock.wallMilliseconds, start.notBefore))
        let output = try OutputLine(
            format: format, planner: planner, pacer: Pacer(settings: settings, now: now), isRealTime: clock.isRealTime,
            encoders: encoders, assembler: assembler, choice: { [state] in state.choice })
        self.output = output
        self.encoders = encoders
        let info = format.info { encoders.parameters($0, fast: false).codecs }
        assembler.push(.describe(info, format))
        output.connected(ingest.streams, at: now)
        for (frame, stream, pts) in early { try output.hear(frame, stream: stream, pts: pts, at: now) }
        early = []
        for (frame, pts) in search.pictures { try output.show(frame, pts: pts, at: now) }
        search = FormatSearch(settings: settings)
        announce(.running, nil)
    }

    private func finishOutput() {
        do {
            try output?.finish()
        } catch {
            output?.abort()
        }
    }

    private func broken(_ error: any Error) -> LiveOutcome {
        logger.error("live engine broke", metadata: ["error": "\(error)"])
        let reason = StreamReason(code: "engine_failed", message: "This channel could not be converted.")
        return output == nil ? .failed(reason) : .gaveUp(reason)
    }

    // MARK: Time

    /// How often the clock is looked at while nothing happens, nanoseconds.
    private static let tick: Int64 = 250_000_000

    private var deadline: Int64? {
        guard clock.isRealTime else { return nil }
        return min(output?.deadline ?? .max, clock.now + Self.tick)
    }

    /// What is due by the clock. A result ends the stream.
    private func passTime() throws -> LiveOutcome? {
        guard clock.isRealTime else { return health.fileFailure(hasPicture: output != nil) }
        if let outcome = health.slateFailure { return outcome }
        let now = clock.now
        if let output {
            if try output.hold(at: now) { announce(health.isConnected ? .holding : .reconnecting, health.lastReason) }
            if output.quiet(at: now) >= settings.giveUpAfter.nanoseconds { return .gaveUp(health.reason) }
        } else if let failure = health.failure(at: now, hasVideo: ingest.video != nil, streams: ingest.streams) {
            return .failed(failure)
        }
        let quiet = output?.quiet(at: now) ?? 0
        let watch = source.watch
        if health.shouldReconnect(
            at: now, readWaited: watch.waited(at: now), quiet: quiet, longestPause: watch.longestPause)
        {
            source.reconnect()
        }
        return health.finalFailure(hasPicture: output != nil)
    }

    private var announced: LiveSourceState = .opening

    private func announce(_ now: LiveSourceState, _ reason: StreamReason?) {
        guard announced != now else { return }
        announced = now
        state.update {
            $0.source = now
            $0.reason = reason
        }
        assembler.push(.source(now, reason))
    }

    private func report() {
        let counts = output?.counts ?? OutputLine.Counts()
        state.update { figures in
            figures.outputSeconds = Double(output?.ticks ?? 0) / 90_000
            figures.repeatedFrames = counts.repeated
            figures.heldFrames = counts.held
            figures.droppedFrames = counts.dropped
            figures.queuedFrames = encoders?.queued ?? 0
            figures.renditions = encoders?.names.sorted() ?? []
        }
    }
}
