import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Runs the slow hash on two threads of its own. At most `maximumWaiting` calls wait for them; more are refused with 503.
final class PasswordChecker: Service {
    private static let threads = 2
    private static let maximumWaiting = 32

    private let pool = NIOThreadPool(numberOfThreads: threads)
    private let waiting = Atomic<Int>(0)
    /// Stands in for an account that is not there, so that the answer takes as long.
    private let nobody = PasswordHash(
        salt: "nobody", rounds: PasswordHash.standardRounds, digest: String(repeating: "A", count: 43))

    init() { pool.start() }

    deinit { pool.shutdownGracefully { _ in } }

    /// Ends the threads when everything that uses them has ended.
    func run() async throws {
        try? await gracefulShutdown()
        try await pool.shutdownGracefully()
    }

    /// - Parameter hash: `nil` for a name that does not exist: the answer is no, after the same time.
    func matches(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
        let expected = hash ?? nobody
        let isRight = try await perform { expected.matches(password) }
        return isRight && hash != nil
    }

    func hash(_ password: String) async throws -> PasswordHash {
        try await perform { try PasswordHash.make(password) }
    }

    private func perform<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let count = waiting.add(1, ordering: .relaxed).newValue
        defer { waiting.subtract(1, ordering: .relaxed) }
        guard count <= Self.maximumWaiting else { throw APIError.loginBusy }
        return try await pool.runIfActive { try work() }
    }
}
