import Logging

/// How loudly the ups and downs of one connection are told: once per outage, however often it is tried again. Pure.
///
/// An outage begins when a connection that was good is lost, or the first one cannot be made, and lasts until there is one again;
/// connections that do not hold are part of it.
struct RedisOutage: Sendable {
    /// Attempts since the outage began that failed.
    private(set) var attempts = 0
    private var isToldLost = false
    private var isToldFailed = false
    private var isToldBack = false

    mutating func lost(wasGood: Bool) -> Logger.Level {
        if wasGood { self = RedisOutage() }
        defer { isToldLost = true }
        return isToldLost ? .debug : .warning
    }

    mutating func failed() -> Logger.Level {
        attempts += 1
        defer { isToldFailed = true }
        return isToldFailed ? .debug : .warning
    }

    mutating func connected() -> Logger.Level {
        defer { isToldBack = true }
        return isToldBack ? .debug : .info
    }
}
