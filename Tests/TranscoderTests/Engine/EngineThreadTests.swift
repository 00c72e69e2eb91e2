import Dispatch
import Foundation
import Testing

@testable import Live

@Suite struct EngineThreadTests {
    /// Nobody joins the threads of films. Each would leave its stack behind, 8 MiB of addresses.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/statm")))
    func aThreadThatNobodyJoinsLeavesNothingBehind() throws {
        let ended = DispatchSemaphore(value: 0)
        let before = try Self.pages()
        for _ in 0..<1_000 {
            let hasStarted = EngineThread(name: "short", { ended.signal() }) != nil
            try #require(hasStarted)
            ended.wait()
        }
        // A thousand stacks are two million pages of 4 KiB; other tests may take memory meanwhile.
        let grown = try Self.pages() - before
        #expect(grown < 1_000_000)
    }

    @Test func oneThatWasJoinedIsNotLetGoAgain() {
        for _ in 0..<100 {
            let thread = EngineThread(name: "short") {}
            thread?.join()
            thread?.join()
        }
    }

    /// Pages of addresses that the process has.
    private static func pages() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return try #require(text.split(separator: " ").first.flatMap { Int($0) })
    }
}
