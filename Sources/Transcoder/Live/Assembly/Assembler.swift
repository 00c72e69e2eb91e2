import Contracts
import Synchronization

/// The assembler thread: gathers pieces, muxes complete segments and makes all calls of the output, one at a time.
///
/// A slow output makes the queue full, and then the encoders wait.
final class Assembler: Sendable {
    enum Message: Sendable {
        case describe(LiveStreamInfo, LiveFormat)
        case source(LiveSourceState, StreamReason?)
        case open(SegmentPlan)
        case piece(SegmentPiece)
        case shorten(sequence: Int64, duration: Int64)
        case finished(LiveOutcome)
    }

    private let messages: BoundedQueue<Message>
    private let output: any LiveOutput
    private let epoch: Int64
    private let meter: ProcessorMeter
    private let isMuted = Atomic<Bool>(false)
    private let pending = Atomic<Int>(0)

    /// Some segments' worth of pieces.
    private static let queueLimit = 64

    init(output: any LiveOutput, epoch: Int64, clock: any LiveClock, meter: ProcessorMeter) {
        self.output = output
        self.epoch = epoch
        self.meter = meter
        messages = BoundedQueue(limit: Self.queueLimit, clock: clock)
    }

    var queued: Int { messages.count }
    /// Access units of incomplete segments.
    var pendingUnits: Int { pending.load(ordering: .relaxed) }

    func push(_ message: Message) { messages.push(message) }
    /// From now on no segment is published.
    func mute() { isMuted.store(true, ordering: .releasing) }

    /// The thread's function; ends after `finished`.
    func run() {
        var lap = ProcessorMeter.Lap(meter)
        var collector = SegmentCollector()
        var maker: SegmentMaker?
        while case .element(let message) = messages.take() {
            switch message {
            case .describe(let info, let format):
                maker = SegmentMaker(epoch: epoch, format: format)
                output.describe(info)
            case .source(let state, let reason): output.sourceChanged(state, reason: reason)
            case .open(let plan): collector.open(plan)
            case .shorten(let sequence, let duration): collector.shorten(sequence, to: duration)
            case .piece(let piece):
                collector.add(piece)
                while !isMuted.load(ordering: .acquiring), let complete = collector.next() {
                    if let segment = maker?.make(complete) { output.publish(segment) }
                }
                pending.store(collector.pendingUnits, ordering: .relaxed)
            case .finished(let outcome):
                messages.close(discarding: true)
                output.finished(outcome)
            }
            lap.record()
        }
    }
}
