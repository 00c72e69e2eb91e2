import Foundation
import Redis
import TestSupport
import Testing

extension EndToEnd {
    /// No host, user, password or token of the provider anywhere outside the TokenService (DESIGN §5.9).
    @Suite(.serialized) struct SecrecyTests {
        @Test(.timeLimit(.minutes(5)))
        func noCanaryAppearsInAnyAnswerLogOrMetric() async throws {
            let user = "canary-user-\(UUID().uuidString.prefix(12))"
            let password = "canary-pass-\(UUID().uuidString.prefix(12))"
            var options = DashStack.Options()
            options.providerOptions = ["--user", user, "--password", password]
            options.tokenEnvironment = ["STARSHARE_USERNAME": user, "STARSHARE_PASSWORD": password]
            options.environment = ["LOG_LEVEL": "trace"]
            try await DashStack.with(options) { stack in
                let provider = try stack.requireProvider()
                var seen: [(place: String, text: String)] = []
                func get(_ path: String) async throws {
                    let answer = try await SimpleHTTP.send("GET", stack.url + path)
                    seen.append((path, "\(answer.headers)\n\(answer.text)"))
                }
                _ = try await HLSClient(stack.master(7)).record(segments: 3, within: .seconds(60))
                try await provider.fault("expire_tokens")
                try await provider.fault("drop", ["channel": "7"])
                try await provider.fault("status", ["status": "403", "channel": "8", "times": "0"])
                for path in [
                    "/api/live/7", "/api/live/8", "/api/hls/live-7/master.m3u8", "/api/hls/live-7/360p.m3u8",
                    "/api/hls/live-8/master.m3u8", "/api/live/7/refresh", "/api/stats/streams", "/api/health",
                    "/nothing",
                ] { try await get(path) }
                for (name, port) in stack.adminPorts {
                    for path in ["/metrics", "/health"] {
                        let answer = try await SimpleHTTP.send("GET", "http://127.0.0.1:\(port)\(path)")
                        seen.append(("\(name)\(path)", answer.text))
                    }
                }
                for service in stack.services { seen.append((service.name, service.log)) }
                let tokens = try await tokens(stack)
                #expect(!tokens.isEmpty, "the run used tokens")
                let canaries = [user, password, provider.panel, provider.cdn] + tokens
                for canary in canaries {
                    let bare = canary.replacingOccurrences(of: "http://", with: "")
                    for (place, text) in seen {
                        #expect(!text.contains(bare), "\(place) shows a secret of the provider")
                    }
                }
            }
        }

        /// The tokens in the addresses that the TokenService has stored.
        private func tokens(_ stack: DashStack) async throws -> [String] {
            try await withRedis(on: stack.redis) { redis in
                var found: [String] = []
                for stream in ["live-7", "live-8"] {
                    let fields = try await redis.send(["HGETALL", .text("dash:{\(stream)}:token")]).dictionary
                    guard let url = fields["url"]?.string else { continue }
                    found += url.split(whereSeparator: { "/?=&".contains($0) }).map(String.init).filter {
                        $0.count >= 16
                    }
                }
                return found
            }
        }
    }
}
