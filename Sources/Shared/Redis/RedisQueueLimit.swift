import Synchronization

/// How much may be under way on one client: commands and bytes of their arguments. What is over is refused, not queued.
final class RedisQueueLimit: Sendable {
    private struct Used {
        var commands = 0
        var bytes = 0
    }

    private let maxCommands: Int
    private let maxBytes: Int
    private let used = Mutex(Used())

    init(commands: Int, bytes: Int) {
        maxCommands = commands
        maxBytes = bytes
    }

    var commands: Int { used.withLock { $0.commands } }

    /// A part of the queue; given back when it is freed.
    final class Share: Sendable {
        private let limit: RedisQueueLimit
        private let commands: Int
        private let bytes: Int

        fileprivate init(_ limit: RedisQueueLimit, commands: Int, bytes: Int) {
            self.limit = limit
            self.commands = commands
            self.bytes = bytes
        }

        deinit {
            limit.used.withLock {
                $0.commands -= commands
                $0.bytes -= bytes
            }
        }
    }

    func take(_ commands: [RedisCommand]) throws(RedisError) -> Share {
        let bytes = commands.reduce(0) { $0 + $1.reduce(0) { $0 + $1.size } }
        let fits = used.withLock { used in
            // A single value above the byte limit may still pass, alone.
            guard used.commands + commands.count <= maxCommands, used.bytes == 0 || used.bytes + bytes <= maxBytes
            else {
                return false
            }
            used.commands += commands.count
            used.bytes += bytes
            return true
        }
        guard fits else {
            throw RedisError(.overloaded, "more than \(maxCommands) commands or \(maxBytes) bytes wait for Redis")
        }
        return Share(self, commands: commands.count, bytes: bytes)
    }
}
