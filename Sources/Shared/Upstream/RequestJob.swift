import Synchronization

/// A request between its caller and the loop that carries it out; answered exactly once.
final class RequestJob: Sendable {
    typealias Answer = Result<UpstreamResponse, UpstreamError>

    let request: UpstreamRequest
    let deadline: ContinuousClock.Instant
    private let cancelled = Atomic<Bool>(false)
    private let state = Mutex<State>(.waiting(nil))

    private enum State {
        case waiting(CheckedContinuation<Answer, Never>?)
        case answered(Answer)
    }

    init(_ request: UpstreamRequest) {
        self.request = request
        deadline = .now + request.deadline
    }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    func cancel() { cancelled.store(true, ordering: .releasing) }

    /// Suspends until the answer is there. To be called once.
    func wait() async -> Answer {
        await withCheckedContinuation { continuation in
            let early: Answer? = state.withLock { state in
                if case .answered(let answer) = state { return answer }
                state = .waiting(continuation)
                return nil
            }
            if let early { continuation.resume(returning: early) }
        }
    }

    /// The first answer counts.
    func answer(_ answer: Answer) {
        let waiter: CheckedContinuation<Answer, Never>? = state.withLock { state in
            guard case .waiting(let continuation) = state else { return nil }
            state = .answered(answer)
            return continuation
        }
        waiter?.resume(returning: answer)
    }
}
