import Media
import Synchronization

/// The encoders that run, one thread each. Engine thread, except `queued`.
final class EncoderBank: Sendable {
    private struct Running: Sendable {
        let encoder: RungEncoder
        let thread: EngineThread
    }

    private let format: LiveFormat
    private let settings: LiveEngineSettings
    private let clock: any LiveClock
    private let meter: ProcessorMeter
    private let deliver: @Sendable (SegmentPiece) -> Void
    private let fail: @Sendable (any Error) -> Void
    private let running = Mutex<[String: Running]>([:])
    /// Told to finish, perhaps still at it.
    private let retired = Mutex<[Running]>([])

    init(
        format: LiveFormat, settings: LiveEngineSettings, clock: any LiveClock, meter: ProcessorMeter,
        deliver: @escaping @Sendable (SegmentPiece) -> Void, fail: @escaping @Sendable (any Error) -> Void
    ) {
        self.format = format
        self.settings = settings
        self.clock = clock
        self.meter = meter
        self.deliver = deliver
        self.fail = fail
    }

    /// Pictures that wait for the slowest encoder.
    var queued: Int { running.withLock { $0.values.map(\.encoder.queued).max() ?? 0 } }
    var names: Set<String> { running.withLock { Set($0.keys) } }

    /// Makes exactly these encoders run; a segment begins with the next picture.
    /// - Parameter renewed: those that run already start afresh.
    func select(_ names: [String], fast: Bool, renewed: Bool) throws {
        for (name, entry) in running.withLock({ $0 }) {
            if !names.contains(name) {
                retire(name, entry)
            } else if renewed, let rung = rung(name) {
                entry.encoder.push(.renew(parameters(rung, fast: fast)))
            }
        }
        joinEnded()
        for name in names where running.withLock({ $0[name] == nil }) {
            if let rung = rung(name) { try start(rung, fast: fast) }
        }
    }

    /// Waits while that encoder is behind.
    func encode(_ frame: Frame, as name: String, _ place: VideoPlace) {
        let encoder = running.withLock { $0[name]?.encoder }
        encoder?.push(.frame(frame, place))
    }

    /// Lets all encoders finish what they have, and waits for them.
    func finish() {
        for (name, entry) in running.withLock({ $0 }) { retire(name, entry) }
        for entry in retired.withLock({ $0 }) { entry.thread.join() }
        retired.withLock { $0 = [] }
    }

    /// Stops all encoders where they are, and waits for them.
    func abort() {
        for entry in running.withLock({ $0 }).values { entry.encoder.abort() }
        finish()
    }

    func parameters(_ rung: Rung, fast: Bool) -> VideoEncoderParameters {
        let rate = format.frameRate
        return EncoderTuning.parameters(
            rung.rendition, size: rung.size, frameRate: Rational(Int(rate.numerator), Int(rate.denominator)),
            colour: format.colour, effort: fast ? .reduced : .normal)
    }

    private func rung(_ name: String) -> Rung? { format.rungs.first { $0.name == name } }

    private func start(_ rung: Rung, fast: Bool) throws {
        let encoder = RungEncoder(
            name: rung.name, grid: format.grid, queuedFrames: settings.queuedFrames, clock: clock, meter: meter,
            deliver: deliver, fail: fail)
        let parameters = parameters(rung, fast: fast)
        guard let thread = EngineThread(name: "x264 \(rung.name)", { encoder.run(parameters) }) else {
            throw LiveEngineError.noThread
        }
        running.withLock { $0[rung.name] = Running(encoder: encoder, thread: thread) }
    }

    /// So that a rendition that comes and goes does not leave threads behind.
    private func joinEnded() {
        let ended = retired.withLock { retired in
            let ended = retired.filter(\.encoder.hasEnded)
            retired.removeAll(where: \.encoder.hasEnded)
            return ended
        }
        for entry in ended { entry.thread.join() }
    }

    private func retire(_ name: String, _ entry: Running) {
        entry.encoder.finish()
        running.withLock { $0[name] = nil }
        retired.withLock { $0.append(entry) }
    }
}
