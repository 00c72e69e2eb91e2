import Foundation
import Testing

@testable import TestSupport

@Suite struct RedisServerTests {
    @Test func startsRestartsAndLeavesNothing() async throws {
        let (directory, pids) = try await RedisServer.withServer { server in
            let first = server.pid
            #expect(server.isRunning)
            try await server.kill()
            #expect(!server.isRunning)
            try await server.restart()
            #expect(server.isRunning)
            return (server.directory, [first, server.pid])
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path))
        for pid in pids { #expect(kill(pid, 0) == -1) }
    }

    @Test func endsWithTheTestThatFails() async throws {
        struct Failed: Error {}
        var pid: pid_t = 0
        await #expect(throws: Failed.self) {
            try await RedisServer.withServer { server in
                pid = server.pid
                throw Failed()
            }
        }
        #expect(kill(pid, 0) == -1)
    }
}
