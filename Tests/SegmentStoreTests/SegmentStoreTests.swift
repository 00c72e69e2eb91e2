import Contracts
import Redis
import Runtime
import Testing

@testable import SegmentStore

struct SegmentStoreTests {
    @Test func theServiceCleansUpByItself() async throws {
        try await Ground.with { ground in
            let stream = StreamID.live(8)
            try await ground.run(stream, owner: "t1")
            try await ground.age(stream, by: 700_000)
            _ = try await ground.redis.send(["HSET", .text(ground.keys.sessions), "old", "live-8"])
            _ = try await ground.redis.send(["ZADD", .text(ground.keys.sessionsSeen), "1000", "old"])
            let host = try await ground.host("s1")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try? await host.run() }
                defer { group.cancelAll() }
                try await eventually { try await ground.allKeys().filter { $0.contains("live-8") }.isEmpty }
                try await eventually { try await !ground.exists(ground.keys.sessions) }
            }
        }
    }

    @Test(arguments: ["REAP_INTERVAL", "STREAM_KEEP", "STREAM_FORGET", "SESSION_KEEP", "USAGE_KEEP_DAYS"])
    func aBadSettingIsNamed(name: String) {
        let error = #expect(throws: SettingsError.self) {
            try SegmentStoreSettings(Settings(environment: [name: "soon"]))
        }
        #expect(error?.description.hasPrefix("\(name): \"soon\" is not") == true)
    }
}
