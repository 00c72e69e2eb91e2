import NIOCore
import Synchronization

/// Commands on their way: sent in one write, answered in order, awaited by one task.
final class PendingCommands: Sendable {
    let commands: [RedisCommand]
    let timeout: TimeAmount
    let deadline: NIODeadline
    let result = OneTimeResult<[RESPValue]>()
    private let replies = Mutex<[RESPValue]>([])
    /// Gives its share of the queue back when this is freed, that is when nothing waits for or writes it any more.
    private let share: RedisQueueLimit.Share?

    init(_ commands: [RedisCommand], timeout: TimeAmount, share: RedisQueueLimit.Share?) {
        self.commands = commands
        self.timeout = timeout
        self.deadline = .now() + timeout
        self.share = share
    }

    /// Nobody waits for it any more: answered, failed, timed out or cancelled.
    var isOver: Bool { result.isDelivered }

    func fail(_ error: any Error) { result.deliver(.failure(error)) }

    /// Takes the next reply, and returns whether it was the last one.
    func receive(_ reply: RESPValue) -> Bool {
        let all = replies.withLock { replies -> [RESPValue]? in
            replies.append(reply)
            return replies.count == commands.count ? replies : nil
        }
        guard let all else { return false }
        result.deliver(.success(all))
        return true
    }
}
