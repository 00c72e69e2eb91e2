import Contracts
import Live
import Logging
import Synchronization

/// Receives what the engine makes, on the engine's threads, and hands it on without waiting.
final class EngineOutput: LiveOutput, Sendable {
    /// What the stream offers, told at most a few times; the newest counts.
    let descriptions: AsyncStream<LiveStreamInfo>
    private let descriptionInput: AsyncStream<LiveStreamInfo>.Continuation
    private let publisher: SegmentPublisher
    private let logger: Logger
    private let ended = Mutex<LiveOutcome?>(nil)
    private let described = Mutex<LiveStreamInfo?>(nil)

    /// How the engine ended; `nil` while it runs.
    var outcome: LiveOutcome? { ended.withLock { $0 } }

    /// Segments that wait to be recorded.
    var publishing: Int { publisher.waiting }

    /// What the stream offers, once that is known.
    var info: LiveStreamInfo? { described.withLock { $0 } }

    init(publisher: SegmentPublisher, logger: Logger) {
        self.publisher = publisher
        self.logger = logger
        (descriptions, descriptionInput) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func describe(_ info: LiveStreamInfo) {
        described.withLock { $0 = info }
        descriptionInput.yield(info)
    }

    func sourceChanged(_ state: LiveSourceState, reason: StreamReason?) {
        logger.info("Source changed", metadata: ["state": "\(state.rawValue)", "reason": "\(reason?.code ?? "-")"])
    }

    func publish(_ segment: FinishedSegment) { publisher.offer(segment) }

    /// The publisher drains what it has; then the owner learns the outcome.
    func finished(_ outcome: LiveOutcome) {
        ended.withLock { $0 = outcome }
        descriptionInput.finish()
        publisher.finish()
    }
}
