import ArgumentParser
import Contracts
import Runtime

/// `Gateway trace …` (`./dash trace …`): what a request started, step by step through all services.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Shows what a viewer's request started: request, token, claim, first segment.",
        discussion: """
            Uses REDIS_URL and REDIS_KEY_PREFIX as the services do. Every answer of the gateway has its id in X-Request-Id, and \
            every error in requestId. The last 10,000 steps are kept, of requests that had to start something.
            """)

    @Argument(help: "The request's id: X-Request-Id of an answer.")
    var request: String

    func validate() throws {
        guard RequestScope.accept(request) == request else {
            throw ValidationError("an id is 1 to 64 of A-Z a-z 0-9 - _ . ; it is \"\(request)\"")
        }
    }

    func run() async throws {
        let request = request
        let spans = try await RedisAccess.with { redis, keys in
            try await TraceStore(redis: redis, keys: keys).spans(of: request)
        }
        guard !spans.isEmpty else {
            throw RedisAccess.failure(
                "Nothing is known of request \(request): it started nothing, or too long ago.")
        }
        print(TraceText(spans).text(of: request), terminator: "")
    }
}
