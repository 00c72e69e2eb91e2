import Contracts
import Executors
import Logging
import Redis
import ServiceLifecycle
import Synchronization

/// The fleet's capability secret, kept in step with Redis: whoever comes first makes it, everybody else adopts it.
///
/// It is replaced when a viewer is removed (`ViewerStore.remove`). What a replaced one signed is good for a while longer, or other
/// viewers' players would stop: `RetiredSecret.liveGrace` and `filmGrace`.
///
/// If Redis forgets it (restart without its file), a gateway that still knows puts it back, so that URLs in players'
/// hands stay good. If another one won that race, both are admitted here.
final class CapabilitySecret: Service, Sendable {
    private struct State {
        var current: Capability?
        var secret: String?
        /// What was current here and is not known to be retired: Redis had forgotten it.
        var previous: Capability?
        var retired: [RetiredSecret] = []
        var readAt: ContinuousClock.Instant?
    }

    /// A path that does not fit may be of a secret that is newer than what is known here.
    private static let lookAgainAfter = Duration.seconds(1)

    private let redis: RedisClient
    private let key: String
    private let retiredKey: String
    private let logger: Logger
    private let state = Mutex(State())

    init(redis: RedisClient, keys: Keys, logger: Logger) {
        self.redis = redis
        key = keys.capabilitySecret
        retiredKey = keys.retiredCapabilitySecrets
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
                try? await Task.sleep(for: .seconds(known ? 10 : 1), clock: .loop)
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
        if admitsFormer(text, to: stream, version: version) { return true }
        let isDue = state.withLock { state in
            guard let readAt = state.readAt, .now - readAt < Self.lookAgainAfter else {
                state.readAt = .now
                return true
            }
            return false
        }
        guard isDue, (try? await refresh()) != nil else { return false }
        return try await current().admits(text, to: stream, version: version)
            || admitsFormer(text, to: stream, version: version)
    }

    private func admitsFormer(_ text: String, to stream: StreamID, version: String) -> Bool {
        let (previous, retired) = state.withLock { ($0.previous, $0.retired) }
        let grace = stream.kind == .live ? RetiredSecret.liveGrace : RetiredSecret.filmGrace
        let former = retired.filter { $0.since.duration(to: .now) < grace }.map(\.capability)
        return ([previous].compactMap { $0 } + former).contains { $0.admits(text, to: stream, version: version) }
    }

    private func refresh() async throws {
        let proposal = state.withLock { $0.secret } ?? Capability.makeSecret()
        let replies = try await redis.pipeline([
            ["SET", .text(key), .text(proposal), "NX"], ["GET", .text(key)],
            ["ZRANGE", .text(retiredKey), 0, -1, "WITHSCORES"], ["TIME"],
        ])
        guard replies.count == 4, let secret = replies[1].string, let capability = Capability(secret: secret) else {
            throw RedisError(.protocolViolation, "the capability secret is not hex")
        }
        let now = (replies[3].array?.first?.integer ?? 0) * 1000
        let former = RetiredSecret.read(replies[2].dictionary, redisNow: now)
        state.withLock { state in
            state.readAt = .now
            state.retired = former.map(\.retired)
            guard state.secret != secret else { return }
            let isRetired = former.contains { $0.secret == state.secret }
            state.previous = isRetired ? nil : state.current
            state.current = capability
            state.secret = secret
        }
    }
}

/// A capability secret that was replaced, and when, on this machine's clock.
struct RetiredSecret: Sendable {
    let capability: Capability
    let since: ContinuousClock.Instant

    /// Channels' playlists are loaded again every few seconds.
    static let liveGrace = Duration.seconds(60)
    /// A film's playlist is loaded once: this is the rest of a long film.
    static let filmGrace = Duration.seconds(4 * 3600)

    /// - Parameters:
    ///   - scores: secret → Redis ms when it was replaced.
    ///   - redisNow: Redis ms.
    static func read(_ scores: [String: RESPValue], redisNow: Int64) -> [(secret: String, retired: RetiredSecret)] {
        scores.compactMap { secret, score in
            guard let capability = Capability(secret: secret), let at = score.string.flatMap({ Double($0) }) else {
                return nil
            }
            let age = Duration.milliseconds(max(0, redisNow - Int64(at)))
            return (secret, RetiredSecret(capability: capability, since: .now - age))
        }
    }
}
