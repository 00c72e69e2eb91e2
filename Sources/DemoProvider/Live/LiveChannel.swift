import NIOCore
import NIOPosix
import Synchronization

/// A live channel: its file, its time line, and the faults that change what all its viewers see.
///
/// Position 0 of the time line is half a minute before the file was first loaded; positions are 90 kHz ticks of the monotonic clock.
/// May be used from any thread.
final class LiveChannel: Sendable {
    /// What a viewer needs to know at one moment.
    struct Moment: Sendable {
        let span: LiveSpan
        /// How far the source has come, and what position 0 is in the stream.
        let position: Int64
        let base: Int64
        let garbage: Garbage
        /// Viewers before this position lose what lies between (a stall whose data never came).
        let lostUntil: Int64
        /// New viewers get no burst now.
        let isStalled: Bool
    }

    struct Garbage: Sendable {
        var serial = 0
        var bytes: [UInt8] = []
    }

    private struct State {
        var span: LiveSpan?
        var loading: EventLoopFuture<Void>?
        var epoch: NIODeadline = .now()
        /// One hour: far from zero and from the wrap.
        var base: Int64 = 3600 * 90000
        var garbage = Garbage()
        var stalledFrom: Int64?
        var stalledUntil: Int64 = 0
        var stallLosesData = false
        var lostUntil: Int64 = 0
    }

    /// Seconds that the time line already has when the file is loaded, so that there is a past to begin in.
    private static let past: Int64 = 30

    let source: LiveSource
    private let files: NIOThreadPool
    private let state = Mutex(State())

    init(source: LiveSource, files: NIOThreadPool) {
        self.source = source
        self.files = files
    }

    /// Loads the file on first use; one load serves all who wait.
    func load(on loop: any EventLoop) -> EventLoopFuture<Void> {
        state.withLock { state in
            if let loading = state.loading { return loading.hop(to: loop) }
            let loading = files.runIfActive(eventLoop: loop) { [self] in begin(try source.plan()) }
            state.loading = loading
            loading.whenFailure { [self] _ in self.state.withLock { $0.loading = nil } }
            return loading
        }
    }

    private func begin(_ plan: LoopPlan) {
        state.withLock { state in
            guard state.span == nil else { return }
            state.epoch = .now() - .seconds(Self.past)
            state.span = LiveSpan(plan: plan, start: 0, generation: 0, firstSegment: 0)
        }
    }

    /// `nil` until the file is loaded.
    func moment(at now: NIODeadline = .now()) -> Moment? {
        state.withLock { state in
            guard let span = state.span else { return nil }
            var position = Self.position(now, state)
            if let from = state.stalledFrom {
                if position < state.stalledUntil {
                    position = from
                } else {
                    if state.stallLosesData { state.lostUntil = state.stalledUntil }
                    state.stalledFrom = nil
                }
            }
            return Moment(
                span: span, position: position, base: state.base, garbage: state.garbage, lostUntil: state.lostUntil,
                isStalled: state.stalledFrom != nil)
        }
    }

    private static func position(_ now: NIODeadline, _ state: State) -> Int64 {
        (now - state.epoch).nanoseconds / 1000 * 9 / 100
    }

    // MARK: Faults

    /// Sends nothing for a while. Afterwards the data held back comes at once, or is lost.
    func stall(seconds: Double, losingData: Bool) {
        state.withLock { state in
            let now = Self.position(.now(), state)
            state.stalledFrom = state.stalledFrom ?? now
            state.stalledUntil = now + Int64(seconds * 90000)
            state.stallLosesData = losingData
        }
    }

    /// Puts bytes that are no packets into every open stream once.
    func insert(garbage: [UInt8]) {
        state.withLock { state in
            state.garbage.serial += 1
            state.garbage.bytes = garbage
        }
    }

    /// Moves all times of the stream from now on.
    func jump(seconds: Double) {
        state.withLock { $0.base += Int64(seconds * 90000) }
    }

    /// Moves the times so that the clock wraps in `seconds`. Viewers connected already see a jump first.
    func wrap(within seconds: Double) {
        state.withLock { state in
            state.base = WrappingTime.period - Self.position(.now(), state) - Int64(seconds * 90000)
        }
    }

    /// Goes on with another file (or begins its own again) at the next picture; times run on as a broadcaster's would.
    func play(_ other: LiveSource) throws {
        let generation = state.withLock { ($0.span?.generation ?? 0) + 1 }
        let plan = try other.plan(tableVersion: UInt8(generation % 32))
        state.withLock { state in
            guard let old = state.span else { return }
            let now = max(0, Self.position(.now(), state) - old.start)
            let frame = max(1, old.plan.frameDuration)
            let start = old.start + (now / frame + 1) * frame
            let played = LiveSegmenter(old).firstNumber(after: start)
            state.span = LiveSpan(
                plan: plan, start: start, generation: old.generation + 1, firstSegment: played)
        }
    }

    /// Ends a stall and drops pending garbage; jumps and switched files stay.
    func calm() {
        state.withLock { state in
            state.stalledUntil = 0
            state.garbage.bytes = []
        }
    }
}
