/// Who listens to which channel, and what the server knows of it. A value without IO: it says what to send and whom to tell.
///
/// The server acknowledges SUBSCRIBE commands in their order, so counting them is enough to know that the newest one
/// has been answered, however often a channel was left and joined in between.
struct SubscriptionRegistry {
    enum Control: Equatable {
        case subscribe(String)
        case unsubscribe(String)
    }

    private struct Listener {
        let inbox: SubscriptionInbox
        let channels: Set<String>
        /// Channels that the server has not acknowledged yet on this connection.
        var awaited: Set<String>
    }

    private struct Channel {
        var listeners: Set<ObjectIdentifier> = []
        /// SUBSCRIBEs sent on this connection and not answered yet.
        var unanswered = 0
        var isAcknowledged = false
    }

    private var listeners: [ObjectIdentifier: Listener] = [:]
    private var channels: [String: Channel] = [:]
    private var controls: [Control] = []
    private var isConnected = false
    private(set) var isClosed = false

    var count: Int { listeners.count }

    // MARK: Listeners

    mutating func add(_ inbox: SubscriptionInbox, to names: Set<String>) {
        var awaited: Set<String> = []
        for name in names {
            var channel = channels[name] ?? Channel()
            if channel.listeners.isEmpty, isConnected { subscribe(&channel, name) }
            channel.listeners.insert(ObjectIdentifier(inbox))
            if !channel.isAcknowledged { awaited.insert(name) }
            channels[name] = channel
        }
        listeners[ObjectIdentifier(inbox)] = Listener(inbox: inbox, channels: names, awaited: awaited)
        if awaited.isEmpty { inbox.acknowledged.deliver(.success(())) }
    }

    mutating func remove(_ inbox: SubscriptionInbox) {
        let id = ObjectIdentifier(inbox)
        guard let listener = listeners.removeValue(forKey: id) else { return }
        for name in listener.channels {
            guard var channel = channels[name] else { continue }
            channel.listeners.remove(id)
            if channel.listeners.isEmpty {
                channel.isAcknowledged = false
                if isConnected { controls.append(.unsubscribe(name)) }
            }
            store(channel, name)
        }
    }

    /// What is to be sent now, in this order.
    mutating func takeControls() -> [Control] {
        defer { controls = [] }
        return controls
    }

    // MARK: Connection

    mutating func connected() {
        isConnected = true
        controls = []
        for (name, channel) in channels {
            var channel = channel
            subscribe(&channel, name)
            channels[name] = channel
        }
    }

    /// From here on every listener misses messages, until its channels are acknowledged again.
    mutating func disconnected() {
        isConnected = false
        controls = []
        for (name, channel) in channels {
            store(Channel(listeners: channel.listeners), name)
        }
        listeners = listeners.mapValues { listener in
            Listener(inbox: listener.inbox, channels: listener.channels, awaited: listener.channels)
        }
    }

    /// The server has answered a SUBSCRIBE. Listeners whose last channel this was begin, or learn of their gap.
    mutating func acknowledged(_ name: String) {
        guard var channel = channels[name], channel.unanswered > 0 else { return }
        channel.unanswered -= 1
        channel.isAcknowledged = channel.unanswered == 0 && !channel.listeners.isEmpty
        store(channel, name)
        guard channel.isAcknowledged else { return }
        for id in channel.listeners {
            guard listeners[id]?.awaited.remove(name) != nil, let listener = listeners[id], listener.awaited.isEmpty
            else { continue }
            if !listener.inbox.acknowledged.deliver(.success(())) { listener.inbox.put(.gap) }
        }
    }

    func receive(_ payload: String, on name: String) {
        for id in channels[name]?.listeners ?? [] {
            listeners[id]?.inbox.put(.message(channel: name, payload: payload))
        }
    }

    mutating func close() {
        isClosed = true
        for listener in listeners.values { listener.inbox.finish() }
    }

    private mutating func subscribe(_ channel: inout Channel, _ name: String) {
        channel.unanswered += 1
        channel.isAcknowledged = false
        controls.append(.subscribe(name))
    }

    /// Forgets a channel that nobody listens to and the server owes no answer for.
    private mutating func store(_ channel: Channel, _ name: String) {
        channels[name] = channel.listeners.isEmpty && channel.unanswered == 0 ? nil : channel
    }
}
