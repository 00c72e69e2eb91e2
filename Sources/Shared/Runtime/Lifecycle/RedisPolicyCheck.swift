import Contracts
import Executors
import Logging
import Redis
import ServiceLifecycle

/// Looks at the Redis servers once they answer and warns about a configuration that will hurt later. Never stops a service.
struct RedisPolicyCheck: Service {
    private let coordination: RedisClient
    /// `nil` when both roles are on one server.
    private let media: RedisClient?
    private let logger: Logger

    init(coordination: RedisClient, media: RedisClient?, logger: Logger) {
        self.coordination = coordination
        self.media = media
        self.logger = logger
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            await check(coordination, role: media == nil ? .both : .coordination)
            if let media { await check(media, role: .media) }
            try await Task.sleep(for: .seconds(1_000_000_000), clock: .loop)
        }
    }

    /// Waits for the server as long as it takes; managed servers that refuse CONFIG are not asked again.
    private func check(_ client: RedisClient, role: RedisPolicy.Role) async {
        while !Task.isCancelled {
            do {
                for complaint in try await Self.policy(of: client).complaints(for: role) {
                    logger.warning(
                        "redis is not configured for its role",
                        metadata: ["redis.role": "\(role)", "redis.complaint": "\(complaint)"])
                }
                return
            } catch let error as RedisError where error.isRetriable {
                try? await Task.sleep(for: .seconds(2), clock: .loop)
            } catch {
                logger.notice(
                    "redis does not tell its configuration", metadata: ["redis.role": "\(role)", "error": "\(error)"])
                return
            }
        }
    }

    static func policy(of client: RedisClient) async throws -> RedisPolicy {
        var values: [String: String] = [:]
        for name in ["maxmemory-policy", "maxmemory", "appendonly"] {
            let reply = try await client.send(["CONFIG", "GET", .text(name)])
            values[name] = reply.dictionary[name]?.string
        }
        guard let eviction = values["maxmemory-policy"], let memory = values["maxmemory"].flatMap({ Int64($0) }) else {
            throw RedisError(.protocolViolation, "unexpected answer to CONFIG GET")
        }
        return RedisPolicy(eviction: eviction, maximumMemory: memory, isAppendOnly: values["appendonly"] == "yes")
    }
}
