import NIOCore
import Synchronization

/// Joins the registry of subscriptions to the connection of the moment.
///
/// `@unchecked Sendable`: `registry` is a `Mutex`; `connection` and `probe` are touched only on `eventLoop`, which `attach`,
/// `detach` and `flush` assert.
final class SubscriberLink: @unchecked Sendable {
    /// Channel names in one SUBSCRIBE.
    private static let batch = 500

    private let eventLoop: any EventLoop
    private let heartbeat: TimeAmount
    private let registry = Mutex(SubscriptionRegistry())
    private var connection: RedisConnection?
    private var probe: RepeatedTask?

    init(eventLoop: any EventLoop, heartbeat: TimeAmount) {
        self.eventLoop = eventLoop
        self.heartbeat = heartbeat
    }

    // MARK: From any thread

    /// - Returns: how many subscriptions there are now.
    func add(_ inbox: SubscriptionInbox, to channels: Set<String>, limit: Int) throws(RedisError) -> Int {
        let outcome = registry.withLock { registry -> Result<Int, RedisError> in
            if registry.isClosed { return .failure(RedisError(.closed, "the Redis subscriber is shut down")) }
            if registry.count >= limit { return .failure(RedisError(.overloaded, "more than \(limit) subscriptions")) }
            registry.add(inbox, to: channels)
            return .success(registry.count)
        }
        let count = try outcome.get()
        eventLoop.execute { [self] in flush() }
        return count
    }

    /// - Returns: how many subscriptions there are now.
    func remove(_ inbox: SubscriptionInbox) -> Int {
        let count = registry.withLock { registry in
            registry.remove(inbox)
            return registry.count
        }
        eventLoop.execute { [self] in flush() }
        return count
    }

    func close() { registry.withLock { $0.close() } }

    // MARK: On the event loop

    func attach(_ connection: RedisConnection) {
        eventLoop.assertInEventLoop()
        self.connection = connection
        connection.protocolEnd.onPush = { [weak self] push in self?.take(push) }
        registry.withLock { $0.connected() }
        flush()
        probe = eventLoop.scheduleRepeatedTask(initialDelay: heartbeat, delay: heartbeat) { [weak self] _ in
            self?.beat()
        }
    }

    func detach() {
        eventLoop.assertInEventLoop()
        probe?.cancel()
        probe = nil
        connection = nil
        registry.withLock { $0.disconnected() }
    }

    /// Sends what the registry wants sent, neighbours of one kind together.
    private func flush() {
        eventLoop.assertInEventLoop()
        guard let connection else { return }
        var commands: [RedisCommand] = []
        var lastVerb = ""
        for control in registry.withLock({ $0.takeControls() }) {
            let (verb, channel) = control.words
            if verb == lastVerb, let last = commands.indices.last, commands[last].count <= Self.batch {
                commands[last].append(.text(channel))
            } else {
                commands.append([.text(verb), .text(channel)])
                lastVerb = verb
            }
        }
        if !commands.isEmpty { connection.protocolEnd.sendUnanswered(commands) }
    }

    /// RESP2 pushes are arrays: `[message, channel, payload]`, `[subscribe, channel, count]`, `[pong, ""]`.
    private func take(_ push: RESPValue) {
        guard let parts = push.array, parts.count == 3, let kind = parts[0].string, let channel = parts[1].string else {
            return
        }
        switch kind {
        case "message":
            let payload = parts[2].string ?? ""
            registry.withLock { $0.receive(payload, on: channel) }
        case "subscribe": registry.withLock { $0.acknowledged(channel) }
        default: break
        }
    }

    /// A PING is answered even while subscribed; silence means that the connection is dead.
    private func beat() {
        guard let connection else { return }
        let silence = NIODeadline.now() - connection.protocolEnd.lastRead
        if silence > heartbeat * 2 { return connection.close() }
        connection.protocolEnd.sendUnanswered([["PING"]])
    }
}

extension SubscriptionRegistry.Control {
    fileprivate var words: (verb: String, channel: String) {
        switch self {
        case .subscribe(let channel): ("SUBSCRIBE", channel)
        case .unsubscribe(let channel): ("UNSUBSCRIBE", channel)
        }
    }
}
