import Contracts
import Foundation
import Redis
import TestSupport
import Testing

extension EndToEnd {
    /// A request is followed through all services, by its id alone.
    @Suite(.serialized) struct TraceTests {
        @Test(.timeLimit(.minutes(4)))
        func aRequestIsFollowedFromTheViewerToTheFirstSegment() async throws {
            try await DashStack.with { stack in
                let request = "trace-\(UUID().uuidString.prefix(8))"
                let answer = try await SimpleHTTP.send(
                    "GET", stack.master(8), headers: [("X-Request-Id", request)], seconds: 60)
                #expect(answer.status == 200 && answer.header("x-request-id") == request)
                let wanted = [
                    "gateway wait for the channel", "transcoder claim", "transcoder open the channel",
                    "transcoder token",
                    "transcoder connect", "token-service ask the panel",
                ]
                let steps = try await withRedis(on: stack.redis) { redis in
                    let store = TraceStore(redis: redis, keys: Keys())
                    return try await RedisWatch.with(stack.redis, redis) { watch in
                        try await watch.first(of: [Keys().traces], within: .seconds(60)) {
                            let steps = try await store.spans(of: request)
                            return Set(wanted).isSubset(of: steps.map { "\($0.service) \($0.name)" }) ? steps : nil
                        }
                    }
                }
                let found = try #require(steps, "not all steps were told")
                #expect(found.allSatisfy { $0.error == nil && $0.end >= $0.start }, "\(found)")
                // What was a part of another is within it.
                let opening = try #require(found.first { $0.name == "open the channel" })
                for name in ["token", "connect"] {
                    let part = try #require(found.first { $0.name == name })
                    #expect(part.parent == opening.id && part.start >= opening.start && part.end <= opening.end)
                }
                let text = try await print(request, stack)
                #expect(text.contains("request \(request): \(found.count) steps"), "\(text)")
                #expect(text.contains("stream=live-8") && text.contains("ask the panel"), "\(text)")
                #expect(
                    try await print("unknown-request", stack).contains("Nothing is known of request unknown-request"))
            }
        }

        /// What `Gateway trace` prints.
        private func print(_ request: String, _ stack: DashStack) async throws -> String {
            let output = FileManager.default.temporaryDirectory.appending(path: "trace-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: output) }
            let command = try ChildProcess(
                try BuiltProduct.path("Gateway"), ["trace", request], environment: ["REDIS_URL": stack.redis.url],
                output: output)
            try await command.waitForExit()
            return (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        }
    }
}
