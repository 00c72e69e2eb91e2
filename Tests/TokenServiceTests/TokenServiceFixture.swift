import Contracts
import FoundationEssentials
import Logging
import NIOPosix
import Redis
import Runtime
import Synchronization
import TestSupport
import Upstream

@testable import TokenService

/// A real Redis, a panel that says what the test wants, and TokenServices between them.
struct TokenServiceFixture: Sendable {
    let panel: ScriptedHTTPServer
    let keys: Keys
    let redis: RedisClient
    let subscriber: RedisSubscriber
    let redisURL: String
    let logs: WatchedValue<[String]>
    let username = "canary-user-\(UInt32.random(in: 0 ... .max))"
    let password = "canary-pass-\(UInt32.random(in: 0 ... .max))"

    var store: TokenStore { TokenStore(redis: redis, keys: keys) }
    var ledger: SlotLedger { SlotLedger(redis: redis, keys: keys) }
    var requester: TokenRequester { TokenRequester(redis: redis, subscriber: subscriber, keys: keys) }
    var livePath: String { "/live/\(username)/\(password)/8.ts" }

    /// `panel` answers everything; `nil` from it is 404.
    static func with(
        services: Int = 1, settings: [String: String] = [:],
        panel: @escaping @Sendable (ScriptedHTTPServer.Request) -> [ScriptedHTTPServer.Step]?,
        _ body: (TokenServiceFixture, [ServiceHost]) async throws -> Void
    ) async throws {
        try await RedisServer.withServer { server in
            try await ScriptedHTTPServer.with({ panel($0) ?? [.response(404)] }) { provider in
                let redis = RedisClient(
                    configuration: try RedisConfiguration(url: server.url),
                    group: MultiThreadedEventLoopGroup.singleton,
                    logger: quietLogger())
                let subscriber = RedisSubscriber(
                    configuration: try RedisConfiguration(url: server.url),
                    group: MultiThreadedEventLoopGroup.singleton,
                    logger: quietLogger())
                let fixture = TokenServiceFixture(
                    panel: provider, keys: Keys(prefix: "test"), redis: redis, subscriber: subscriber,
                    redisURL: server.url, logs: WatchedValue([]))
                var hosts: [ServiceHost] = []
                for _ in 0..<services { hosts.append(try await fixture.host(settings)) }
                try await withRunning([redis, subscriber]) {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for host in hosts { group.addTask { try await host.run() } }
                        defer { group.cancelAll() }
                        try await body(fixture, hosts)
                    }
                }
            }
        }
    }

    /// A TokenService with every log line kept.
    func host(_ settings: [String: String]) async throws -> ServiceHost {
        let defaults = [
            "REDIS_URL": redisURL, "REDIS_KEY_PREFIX": keys.prefix, "ADMIN_PORT": "0", "LOG_LEVEL": "trace",
            "STARSHARE_BASE_URL": "http://\(panel.authority)", "STARSHARE_USERNAME": username,
            "STARSHARE_PASSWORD": password, "UPSTREAM_ALLOW_PRIVATE": "127.0.0.1/32", "PROVIDER_TIMEOUT": "3",
        ]
        let logs = logs
        let output = ServiceLogHandler.Output(
            service: "token-service", instance: "test", format: .json,
            write: { line in logs.change { $0.append(line) } })
        let logger = Logger(label: "test") { ServiceLogHandler(label: $0, level: .trace, output: output) }
        let runtime = try ServiceRuntime(
            service: .tokenService, settings: Settings(environment: defaults.merging(settings) { $1 }), logger: logger)
        return try await ServiceHost(runtime) { try TokenServiceApp.build($0) }
    }

    func token(failed: Int64? = nil, within patience: Duration = .seconds(20)) async throws -> TokenRequester.Answer {
        try await requester.token(
            for: .live(8), failedSerial: failed, deadline: .now + patience, request: "test-request")
    }

    /// Waits until the ledger is as wanted; asks Redis again and again, at most 40 s.
    func waitForLedger(_ isWanted: (SlotLedger.Snapshot) -> Bool) async throws -> SlotLedger.Snapshot? {
        let deadline = ContinuousClock.now + .seconds(40)
        while ContinuousClock.now < deadline {
            let state = try await ledger.snapshot()
            if isWanted(state) { return state }
            try await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }
}

/// The answer of `player_api.php`.
func accountAnswer(active: Int, max: Int, status: String = "Active") -> [ScriptedHTTPServer.Step] {
    [
        .response(
            200, [("Content-Type", "application/json")],
            body:
                #"{"user_info":{"auth":1,"status":"\#(status)","active_cons":"\#(active)","max_connections":"\#(max)"}}"#
        )
    ]
}
