import DequeModule
import NIOCore
import Synchronization

/// The queue in front of a client's connection: takes commands from any thread, hands them to the connection in order,
/// keeps them while there is none, and fails them at their deadline.
///
/// `@unchecked Sendable`: `inbox` is a `Mutex`; `waiting`, `connection`, `refusal`, `isClosed` and `sweep` are touched
/// only on `eventLoop`, on which every method but `submit` asserts to be.
final class RedisDispatcher: @unchecked Sendable {
    private struct Inbox {
        var commands: [PendingCommands] = []
        var isDrainScheduled = false
    }

    let eventLoop: any EventLoop
    private let inbox = Mutex(Inbox())
    private var waiting: Deque<PendingCommands> = []
    private var connection: RedisConnection?
    /// Why the last attempt to connect failed.
    private var refusal: RedisError?
    private var isClosed = false
    private let sweep: RedisSweep

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        sweep = RedisSweep(eventLoop: eventLoop)
        sweep.sweep = { [weak self] now in self?.expire(now) ?? false }
    }

    /// From any thread. One hop to the event loop serves all commands that arrive until it is made.
    func submit(_ pending: PendingCommands) {
        let mustSchedule = inbox.withLock { inbox in
            inbox.commands.append(pending)
            defer { inbox.isDrainScheduled = true }
            return !inbox.isDrainScheduled
        }
        if mustSchedule { eventLoop.execute { [self] in drain() } }
    }

    private func drain() {
        eventLoop.assertInEventLoop()
        let arrived = inbox.withLock { inbox in
            defer { inbox = Inbox() }
            return inbox.commands
        }
        for pending in arrived { dispatch(pending) }
    }

    private func dispatch(_ pending: PendingCommands) {
        if let connection, connection.channel.isActive {
            connection.protocolEnd.send(pending)
        } else if isClosed {
            pending.fail(RedisError(.closed, "the Redis client is shut down"))
        } else if let refusal, refusal.code == .configuration {
            pending.fail(refusal)
        } else {
            waiting.append(pending)
            sweep.arm()
        }
    }

    /// What waits has not been sent: its error says so, and why.
    private func expire(_ now: NIODeadline) -> Bool {
        for pending in waiting where pending.deadline <= now {
            pending.fail(refusal ?? RedisError(.notConnected, "no connection to Redis in time"))
        }
        waiting.removeAll(where: \.isOver)
        return !waiting.isEmpty
    }

    // MARK: Connection

    func attach(_ connection: RedisConnection) {
        eventLoop.assertInEventLoop()
        guard !isClosed, connection.channel.isActive else { return connection.close() }
        self.connection = connection
        refusal = nil
        let queue = waiting
        waiting = []
        for pending in queue { connection.protocolEnd.send(pending) }
    }

    func detach() {
        eventLoop.assertInEventLoop()
        connection = nil
    }

    /// An attempt to connect has failed. If the server refuses us, nobody need wait for it.
    func refuse(_ error: RedisError) {
        eventLoop.assertInEventLoop()
        refusal = error
        if error.code == .configuration { failWaiting(error) }
    }

    func close() {
        eventLoop.assertInEventLoop()
        isClosed = true
        connection?.close()
        connection = nil
        failWaiting(RedisError(.closed, "the Redis client is shut down"))
    }

    private func failWaiting(_ error: RedisError) {
        let queue = waiting
        waiting = []
        for pending in queue { pending.fail(error) }
    }
}
