import Contracts
import Logging
import Redis
import ServiceLifecycle
import Synchronization

/// The fleet's capability secret, kept in step with Redis: whoever comes first makes it, everybody else adopts it.
///
/// If Redis forgets it (restart without its file), a gateway that still knows puts it back, so that URLs in players'
/// hands stay good. If another one won that race, both are admitted here.
final class CapabilitySecret: Service, Sendable {
    private struct State {
        var current: Capability?
        var secret: String?
        var previous: Capability?
    }

    private let redis: RedisClient
    private let key: String
    private let logger: Logger
    private let state = Mutex(State())

    init(redis: RedisClient, keys: Keys, logger: Logger) {
        self.redis = redis
        self.key = keys.capabilitySecret
        self.logger = logger
    }

    /// Looks again every ten seconds; every second until the secret is known.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await self.refresh() } catch {
                    self.logger.debug("capability secret not read", metadata: ["error": "\(error)"])
                }
                let known = self.state.withLock { $0.current != nil }
                try? await Task.sleep(for: .seconds(known ? 10 : 1))
            }
        }
    }

    /// The capability to write into playlists. Asks Redis if it is not known yet; throws 503 if that fails.
    func current() async throws -> Capability {
        if let known = state.withLock({ $0.current }) { return known }
        do { try await refresh() } catch { throw APIError.coordinationAway }
        guard let known = state.withLock({ $0.current }) else { throw APIError.coordinationAway }
        return known
    }

    func admits(_ text: String, to stream: StreamID, epoch: Int64) async throws -> Bool {
        try await admits(text, to: stream, version: String(epoch))
    }

    func admits(_ text: String, to stream: StreamID, version: String) async throws -> Bool {
        if try await current().admits(text, to: stream, version: version) { return true }
        return state.withLock { $0.previous }?.admits(text, to: stream, version: version) ?? false
    }

    private func refresh() async throws {
        let proposal = state.withLock { $0.secret } ?? Capability.makeSecret()
        _ = try await redis.send(["SET", .text(key), .text(proposal), "NX"])
        guard let secret = try await redis.send(["GET", .text(key)]).string, let capability = Capability(secret: secret)
        else {
            throw RedisError(.protocolViolation, "the capability secret is not hex")
        }
        state.withLock { state in
            guard state.secret != secret else { return }
            state.previous = state.current
            state.current = capability
            state.secret = secret
        }
    }
}
