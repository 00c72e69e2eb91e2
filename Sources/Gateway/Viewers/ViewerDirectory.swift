import Contracts
import Executors
import Logging
import Redis
import ServiceLifecycle
import Synchronization

/// Every account in memory, and the key that signs for them, kept in step with Redis: a viewer's request costs no Redis call.
///
/// A change is known everywhere after a second. While Redis is away what was last read goes on.
final class ViewerDirectory: Service, Sendable {
    private struct State {
        var names: [String: Viewer] = [:]
        var ids: [UInt64: String] = [:]
        /// Number of the last change that was read; `nil`: nothing was.
        var version: Int64?
        var secret: String?
        var signer: TokenSigner?
    }

    static let interval = Duration.seconds(1)
    /// Accounts in one read.
    private static let chunk = 500

    private let redis: RedisClient
    private let keys: Keys
    private let logger: Logger
    private let state = Mutex(State())

    init(redis: RedisClient, keys: Keys, logger: Logger) {
        self.redis = redis
        self.keys = keys
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await self.refresh() } catch {
                    self.logger.debug("accounts not read", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Self.interval, clock: .loop)
            }
        }
    }

    /// `nil` for a name that has no account. Throws 503 if the accounts were never read.
    func viewer(named name: String) async throws -> Viewer? {
        try await prepare()
        return state.withLock { $0.names[name] }
    }

    /// The same from memory, as last read.
    func known(_ name: String) -> Viewer? { state.withLock { $0.names[name] } }

    func viewer(id: UInt64) async throws -> Viewer? {
        try await prepare()
        return state.withLock { state in state.ids[id].flatMap { state.names[$0] } }
    }

    func signer() async throws -> TokenSigner {
        try await prepare()
        guard let signer = state.withLock({ $0.signer }) else { throw APIError.coordinationAway }
        return signer
    }

    private func prepare() async throws {
        if state.withLock({ $0.version != nil && $0.signer != nil }) { return }
        do { try await refresh() } catch { throw APIError.coordinationAway }
    }

    /// Reads what has changed. Called by the operator's routes too, so that their own next answer knows it.
    func refresh() async throws {
        let proposal = state.withLock { $0.secret } ?? Capability.makeSecret()
        let head = try await redis.pipeline([
            ["SET", .text(keys.sessionSecret), .text(proposal), "NX"], ["GET", .text(keys.sessionSecret)],
            ["GET", .text(keys.accountVersion)],
        ])
        guard head.count == 3, let secret = head[1].string else {
            throw RedisError(.protocolViolation, "the session secret is not a text")
        }
        adopt(secret)
        let version = head[2].integer ?? 0
        let known = state.withLock { $0.version }
        guard version != known else { return }
        // Redis has forgotten: everything is read anew.
        let since = known.map { version < $0 ? -1 : $0 } ?? -1
        let changed = try await redis.send([
            "ZRANGEBYSCORE", .text(keys.accountChanges), .text("(\(since)"), .integer(version),
        ])
        try await read(changed.array?.compactMap(\.string) ?? [], version: version, isAll: since < 0)
    }

    private func adopt(_ secret: String) {
        state.withLock { state in
            guard state.secret != secret else { return }
            state.secret = secret
            state.signer = TokenSigner(secret: secret)
        }
    }

    private func read(_ names: [String], version: Int64, isAll: Bool) async throws {
        var found: [String: Viewer] = [:]
        for start in stride(from: 0, to: names.count, by: Self.chunk) {
            let part = names[start..<min(start + Self.chunk, names.count)]
            let replies = try await redis.send(["HMGET", .text(keys.accounts)] + part.map { .text($0) })
            for (name, reply) in zip(part, replies.array ?? []) {
                found[name] = reply.string.flatMap { try? Viewer(json: $0) }
            }
        }
        state.withLock { state in
            // Another reading may have been faster.
            if !isAll, let known = state.version, known >= version { return }
            if isAll { (state.names, state.ids) = ([:], [:]) }
            for name in names {
                if let old = state.names.removeValue(forKey: name) { state.ids[old.id] = nil }
                guard let viewer = found[name] else { continue }
                state.names[name] = viewer
                state.ids[viewer.id] = name
            }
            state.version = version
        }
    }
}
