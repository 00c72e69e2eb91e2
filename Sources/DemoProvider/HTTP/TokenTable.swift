import NIOCore
import Synchronization

/// The tokens in redirects. A token is checked when a connection is made; connections already made do not care.
///
/// Bounded: beyond `capacity` the oldest tokens stop working. May be used from any thread.
final class TokenTable: Sendable {
    static let capacity = 10_000

    struct Grant: Sendable {
        let target: MediaTarget
        /// Redirects still to come before the media.
        let hopsLeft: Int
        let expiresAt: NIODeadline
        /// An HLS client in progress: its requests go on after the token's time.
        var isPlaying = false
        /// The connection that it opened first.
        var user: Int?
    }

    private struct State {
        var grants: [String: Grant] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())

    func issue(_ target: MediaTarget, hopsLeft: Int, lifetime: Double) -> String {
        let token = Self.randomName()
        let grant = Grant(
            target: target, hopsLeft: hopsLeft, expiresAt: .now() + .milliseconds(Int64(lifetime * 1000)))
        state.withLock { state in
            state.grants[token] = grant
            state.order.append(token)
            if state.order.count > Self.capacity {
                for old in state.order.prefix(Self.capacity / 10) { state.grants[old] = nil }
                state.order.removeFirst(Self.capacity / 10)
            }
        }
        return token
    }

    /// What the token opens now; `nil` once it has expired.
    /// - Parameter once: it opens no second connection.
    func redeem(_ token: String, by connection: Int, once: Bool) -> Grant? {
        state.withLock { state in
            guard let grant = state.grants[token], grant.isPlaying || grant.expiresAt > .now() else { return nil }
            if once, !grant.isPlaying, let user = grant.user, user != connection { return nil }
            state.grants[token]?.user = grant.user ?? connection
            return grant
        }
    }

    func keepPlaying(_ token: String) {
        state.withLock { $0.grants[token]?.isPlaying = true }
    }

    func expireAll() {
        state.withLock { state in
            state.grants = [:]
            state.order = []
        }
    }

    private static func randomName() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0...UInt64.max), radix: 36)
            return String(repeating: "0", count: 13 - digits.count) + digits
        }.joined()
    }
}
