import Contracts
import Foundation
import Runtime
import TestSupport
import Testing

/// The executable, as an operator runs it.
struct SegmentStoreProcessTests {
    private func output() -> String {
        FileManager.default.temporaryDirectory.appending(path: "dash-store-\(UUID().uuidString).log").path
    }

    @Test func aBadSettingEndsItWithOneLine() async throws {
        let log = output()
        defer { try? FileManager.default.removeItem(atPath: log) }
        let environment = ["STREAM_KEEP": "soon", "REDIS_URL": "redis://:hunter2@127.0.0.1:1"]
        let process = try ChildProcess(
            try BuiltProduct.path("SegmentStore"), [], environment: environment, output: log)
        #expect(try await process.waitForExit() == ServiceHost.ExitCode.settings)
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(text.hasPrefix("segment-store: STREAM_KEEP: \"soon\" is not a duration from 1s to 1h"))
        #expect(text.filter { $0 == "\n" }.count == 1 && !text.contains("hunter2"))
    }

    @Test func itServesUntilItIsToldToStop() async throws {
        try await Ground.with { ground in
            let log = output()
            defer { try? FileManager.default.removeItem(atPath: log) }
            let environment = [
                "REDIS_URL": ground.server.url, "REDIS_KEY_PREFIX": ground.keys.prefix, "ADMIN_PORT": "0",
                "INSTANCE_ID": "store-1",
            ]
            let process = try ChildProcess(
                try BuiltProduct.path("SegmentStore"), [], environment: environment, output: log)
            let registry = InstanceRegistry(redis: ground.redis, keys: ground.keys)
            try await eventually { try await registry.alive().map(\.instance) == ["store-1"] }
            process.signal(SIGTERM)
            #expect(try await process.waitForExit() == 0)
            #expect(try await registry.entries().isEmpty)
            let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
            let messages = try lines.map {
                try JSONDecoder().decode([String: String].self, from: Data($0.utf8))["message"]
            }
            #expect(messages.contains("admin server listens") && messages.last == "service stopped")
        }
    }
}
