import Synchronization

/// How many requests are answered: by session and account first, and by address only for who has shown no right, generously, since
/// many phones share one (CGNAT). Segments are not counted: their paths name nobody, and caches answer them.
final class RequestPaces: Sendable {
    private struct State {
        var sessions = RateBook<String>(rate: 10, burst: 100)
        var accounts = RateBook<UInt64>(rate: 50, burst: 500)
        var addresses = RateBook<String>(rate: 100, burst: 2_000)
    }

    private let state = Mutex(State())

    /// Throws 429.
    func take(_ viewer: Viewer, _ identity: Identity) throws {
        let session = identity.proof?.session
        let wait = state.withLock { state in
            session.flatMap { state.sessions.take($0, at: .now) } ?? state.accounts.take(viewer.id, at: .now)
        }
        if let wait { throw APIError.tooManyRequests(wait) }
    }

    /// Throws 429.
    func take(address: String) throws {
        if let wait = state.withLock({ $0.addresses.take(address, at: .now) }) { throw APIError.tooManyRequests(wait) }
    }
}
