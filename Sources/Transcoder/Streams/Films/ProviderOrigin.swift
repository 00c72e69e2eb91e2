import Contracts
import Redis
import Runtime
import Synchronization
import Tracing
import Upstream

/// The provider, through the TokenService for addresses and the slot ledger for connections.
final class ProviderOrigin: FilmOrigin {
    private let film: StreamID
    private let epoch: Int64
    private let container: String?
    private let request: String
    private let slots: FilmSlot
    private let tokens: TokenRequester
    private let subscriber: RedisSubscriber
    private let keys: Keys
    private struct State {
        var serial: Int64?
        var isReserved = false
        var isCancelled = false
        var calls: [Int: @Sendable () -> Void] = [:]
        var nextCall = 0
    }
    private let state = Mutex(State())

    init(
        film: StreamID, epoch: Int64, container: String?, request: String, dependencies: TranscoderDependencies
    ) {
        self.film = film
        self.epoch = epoch
        self.container = container
        self.request = request
        slots = dependencies.films.slots
        tokens = dependencies.tokens
        subscriber = dependencies.subscriber
        keys = dependencies.keys
    }

    /// From before a connection is reserved until it is given back.
    var isReserved: Bool { state.withLock { $0.isReserved } }

    func reserve(until deadline: ContinuousClock.Instant) throws(FilmSourceError) {
        state.withLock { $0.isReserved = true }
        do {
            try takeSlot(until: deadline)
        } catch {
            state.withLock { $0.isReserved = false }
            throw error
        }
    }

    private func takeSlot(until deadline: ContinuousClock.Instant) throws(FilmSourceError) {
        let (slots, film, epoch, subscriber, keys) = (slots, film, epoch, subscriber, keys)
        let outcome = try wait { () async throws -> FilmSlot.Outcome in
            let first = try await slots.reserve(film, epoch: epoch)
            guard first == .noSlot || first == .limitUnknown else { return first }
            return try await subscriber.subscribe(to: [keys.streamChannel(film)]) { hints in
                while true {
                    let outcome = try await slots.reserve(film, epoch: epoch)
                    let remaining = deadline - .now
                    guard outcome == .noSlot || outcome == .limitUnknown, remaining > .zero else { return outcome }
                    _ = try await hints.next(within: min(.seconds(1), remaining))
                }
            }
        }
        switch outcome {
        case .reserved: return
        case .lost: throw .stopped
        case .noSlot, .limitUnknown: throw .noConnection
        }
    }

    func free() {
        let (slots, film, epoch) = (slots, film, epoch)
        state.withLock { $0.isReserved = false }
        // Waits, so that what is reserved next is not given back by this. Should it fail, the reservation is not renewed any more.
        try? BlockingCall<Void>().wait { try await slots.free(film, epoch: epoch) }
    }

    func address(renewing: Bool, until deadline: ContinuousClock.Instant) throws(FilmSourceError) -> UpstreamURL {
        let failed = renewing ? state.withLock { $0.serial } : nil
        let (tokens, film, container, request) = (tokens, film, container, request)
        // Later ones are not what a viewer waited for in the beginning.
        let span = state.withLock { $0.serial } == nil ? startSpan("token", context: .request(request)) : nil
        defer { span?.end() }
        let answer = try wait {
            try await tokens.token(
                for: film, container: container, failedSerial: failed, deadline: deadline, request: request)
        }
        switch answer {
        case .token(let token, _):
            state.withLock { $0.serial = token.serial }
            guard let text = token.url, let url = try? UpstreamURL(text) else { throw .noToken }
            return url
        case .failure(let reason, let retryAfter):
            span?.setStatus(SpanStatus(code: .error, message: reason.message))
            throw FilmSourceError(reason, isFinal: true, retryAfter: .milliseconds(retryAfter))
        case .unanswered: throw .noToken
        }
    }

    func cancel() {
        let calls = state.withLock { state in
            state.isCancelled = true
            return state.calls.values
        }
        for call in calls { call() }
    }

    /// Waits on the reader's thread for an answer of Redis.
    private func wait<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws(FilmSourceError) -> Value {
        let call = BlockingCall<Value>()
        let id: Int? = state.withLock { state in
            guard !state.isCancelled else { return nil }
            state.nextCall += 1
            state.calls[state.nextCall] = { call.cancel() }
            return state.nextCall
        }
        guard let id else { throw .stopped }
        defer { state.withLock { _ = $0.calls.removeValue(forKey: id) } }
        do {
            return try call.wait(body)
        } catch is CancellationError {
            throw .stopped
        } catch {
            throw .redisAway
        }
    }
}
