import Logging
import NIOPosix
import Runtime
import Synchronization
import TestSupport
import Testing

@testable import Redis

/// However often it is tried again, an outage is told once.
@Suite struct RedisOutageTests {
    @Test func anOutageIsToldOnceAndItsEndToo() {
        var outage = RedisOutage()
        let first = [outage.connected(), outage.lost(wasGood: true)]
        #expect(first == [.info, .warning])
        let tries = (0..<100).map { _ in outage.failed() }
        #expect(tries == [.warning] + Array(repeating: .debug, count: 99))
        #expect(outage.attempts == 100)
        let back = [outage.connected(), outage.lost(wasGood: true)]
        #expect(back == [.info, .warning])
        #expect(outage.attempts == 0)
    }

    @Test func connectionsThatDoNotHoldArePartOfIt() {
        var outage = RedisOutage()
        let levels = (0..<50).flatMap { _ in [outage.connected(), outage.lost(wasGood: false)] }
        #expect(levels.filter { $0 != .debug } == [.info, .warning])
    }

    @Test func aServerThatWasNeverThereIsToldOnceToo() {
        var outage = RedisOutage()
        let levels = [outage.failed(), outage.failed(), outage.failed(), outage.connected()]
        #expect(levels == [.warning, .debug, .debug, .info])
    }

    /// A real server that is killed, away for some attempts, and started again.
    @Test func aRestartIsALossAndAFailure() async throws {
        let lines = Lines()
        let output = ServiceLogHandler.Output(service: "test", instance: "test-1", format: .json) { lines.append($0) }
        let logger = Logger(label: "test") { ServiceLogHandler(label: $0, level: .debug, output: output) }
        try await RedisServer.withServer { server in
            let client = RedisClient(
                configuration: try RedisConfiguration(url: server.url), group: MultiThreadedEventLoopGroup.singleton,
                logger: logger)
            try await withRunning([client]) {
                _ = try await client.send(["PING"], timeout: .seconds(60))
                try await server.kill()
                try await waitFor { lines.count("redis connect failed") >= 4 }
                try await server.restart()
                try await waitFor { await failure { _ = try await client.send(["PING"]) } == nil }
                #expect(lines.count("redis connection lost", "warning") == 1)
                #expect(lines.count("redis connect failed", "warning") == 1)
            }
        }
    }
}

/// Keeps what a logger writes.
private final class Lines: Sendable {
    private let all = Mutex<[String]>([])

    func append(_ line: String) { all.withLock { $0.append(line) } }
    /// Lines that have all of these words.
    func count(_ words: String...) -> Int {
        all.withLock { $0.count { line in words.allSatisfy(line.contains) } }
    }
}
