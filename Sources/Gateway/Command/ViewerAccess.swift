import Contracts
import Redis

/// The accounts, for `Gateway viewer`.
enum ViewerAccess {
    /// Throws one line that says what is wrong.
    static func with<Result: Sendable>(
        _ body: @escaping @Sendable (ViewerStore) async throws -> Result
    ) async throws -> Result {
        try await RedisAccess.with { redis, keys in try await body(ViewerStore(redis: redis, keys: keys)) }
    }

    static func unknown(_ name: String) -> any Error { failure("There is no account \"\(name)\".") }

    static func failure(_ message: String) -> any Error { RedisAccess.failure(message) }
}

/// An account as a line of `list`.
enum ViewerLine {
    static func text(_ viewer: Viewer, _ use: ViewerStore.Use?) -> String {
        var parts = [
            viewer.name, "expires \(viewer.expiresAt.map { String(ProgramDate.text($0).prefix(16)) + "Z" } ?? "never")",
            "streams \(viewer.streams)", "cap \(viewer.monthlyBytes.map(size) ?? "none")",
            "kinds \(viewer.kinds.map(\.rawValue).joined(separator: ","))",
        ]
        if let use { parts += ["used \(size(use.bytes))", "playing \(use.playing)"] }
        return parts.joined(separator: "  ")
    }

    static func month() -> String { UsageDay(milliseconds: WallClock.now()).month }

    private static func size(_ bytes: Int64) -> String {
        bytes >= 1_000_000_000
            ? "\(bytes / 1_000_000_000).\(bytes / 100_000_000 % 10) GB" : "\(bytes / 1_000_000) MB"
    }
}
