import FoundationEssentials
import NIOCore
import Synchronization

/// Every socket that was accepted, what it carries, and when it was closed. What tests count.
///
/// A media connection is open from the moment its request is recognised as media and admitted, until its socket is
/// closed by either side (or, for a film on a kept-alive socket, its answer is complete). May be used from any thread.
final class ConnectionLedger: Sendable {
    /// Events kept; the oldest are forgotten first and counted in `forgotten`.
    static let capacity = 50_000

    struct Connection: Sendable {
        let id: Int
        let listener: String
        let channel: any Channel
        let remote: String
        let acceptedAt: NIODeadline
        var userAgent = ""
        var path = ""
        var stream = ""
        var status = 0
        var bytes = 0
        var openedAt: NIODeadline?
        var isBeingKilled = false
        var reason: String?

        var address: Substring { remote.prefix(upTo: remote.lastIndex(of: ":") ?? remote.endIndex) }
    }

    struct Counters: Sendable {
        var mediaOpen = 0
        var mediaPeak = 0
        var mediaOpened = 0
        var openedByStream: [String: Int] = [:]
        var killed = 0
        var refused = 0
        /// Films and episodes by stream.
        var films: [String: FilmTally] = [:]
    }

    enum Admission: Sendable {
        /// Go ahead, after closing these.
        case admitted(victims: [any Channel])
        case overLimit
        /// The client has left already.
        case gone
    }

    private struct State {
        var nextID = 1
        var connections: [Int: Connection] = [:]
        var ghosts: [NIODeadline] = []
        var playlistSessions: [String: NIODeadline] = [:]
        var counters = Counters()
        var events: Deque = .init()
    }

    /// A bounded list of events.
    private struct Deque {
        var items: [LedgerEvent] = []
        var nextSequence = 1
        var forgotten = 0

        mutating func append(_ event: LedgerEvent) {
            items.append(event)
            nextSequence += 1
            if items.count > ConnectionLedger.capacity {
                items.removeFirst(ConnectionLedger.capacity / 10)
                forgotten += ConnectionLedger.capacity / 10
            }
        }
    }

    private let state = Mutex(State())
    private let sink: LogFile?

    init(sink: LogFile? = nil) { self.sink = sink }

    // MARK: A connection's life

    func accept(_ channel: any Channel, listener: String) -> Int {
        let remote = channel.remoteAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "?"
        return state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            let connection = Connection(
                id: id, listener: listener, channel: channel, remote: remote, acceptedAt: .now())
            state.connections[id] = connection
            log(.accept, connection, &state)
            return id
        }
    }

    func request(_ id: Int, path: String, stream: String, userAgent: String, status: Int) {
        state.withLock { state in
            guard var connection = state.connections[id] else { return }
            connection.path = path
            connection.stream = stream
            connection.userAgent = String(userAgent.prefix(200))
            connection.status = status
            state.connections[id] = connection
            log(.request, connection, &state)
        }
    }

    /// Asks for a media connection under the account's limit.
    func admit(_ id: Int, stream: String, path: String, userAgent: String, rules: ProviderSettings) -> Admission {
        state.withLock { state in
            guard var connection = state.connections[id] else { return .gone }
            connection.userAgent = String(userAgent.prefix(200))
            var victims: [Int] = []
            if rules.oneReaderPerTitle, path != "live" {
                victims = open(state).filter { $0.stream == stream && $0.id != id }.map(\.id)
                for victim in victims { mark(victim, "killed_reader", &state) }
                if !victims.isEmpty { state.counters.films[stream, default: FilmTally()].killed += victims.count }
            }
            forgetGhosts(rules.lateNotice, &state)
            var over = active(state, rules) + 1 - rules.maxConnections
            if over > 0 {
                guard rules.overLimit == .killOldest else {
                    state.counters.refused += 1
                    return .overLimit
                }
                let fading = min(over, state.ghosts.count)
                state.ghosts.removeFirst(fading)
                over -= fading
                for victim in oldest(like: connection, state).prefix(max(0, over)) {
                    mark(victim, "killed_oldest", &state)
                    victims.append(victim)
                }
            }
            connection.path = path
            connection.stream = stream
            connection.openedAt = .now()
            connection.status = 200
            state.connections[id] = connection
            state.counters.mediaOpen += 1
            state.counters.mediaOpened += 1
            state.counters.mediaPeak = max(state.counters.mediaPeak, state.counters.mediaOpen)
            state.counters.openedByStream[stream, default: 0] += 1
            if path != "live" { countReader(stream, &state) }
            log(.open, connection, &state)
            return .admitted(victims: victims.compactMap { state.connections[$0]?.channel })
        }
    }

    func sent(_ id: Int, bytes: Int) {
        state.withLock { $0.connections[id]?.bytes += bytes }
    }

    /// The operating system took these bytes of a film.
    func sentOfFilm(_ stream: String, _ range: Range<Int64>) {
        state.withLock { $0.counters.films[stream, default: FilmTally()].add(range) }
    }

    /// The answer is complete and the socket stays for another request.
    func finish(_ id: Int) {
        state.withLock { state in
            guard var connection = state.connections[id] else { return }
            connection.reason = "complete"
            release(&connection, &state)
            log(.done, connection, &state)
            connection.reason = nil
            connection.bytes = 0
            state.connections[id] = connection
        }
    }

    /// Why the server is about to close it; the first reason counts.
    func explain(_ id: Int, reason: String) {
        state.withLock { state in
            if state.connections[id]?.reason == nil { state.connections[id]?.reason = reason }
        }
    }

    func close(_ id: Int) {
        state.withLock { state in
            guard var connection = state.connections.removeValue(forKey: id) else { return }
            connection.reason = connection.reason ?? "peer"
            release(&connection, &state)
            log(.close, connection, &state)
        }
    }

    // MARK: What is asked

    /// What the panel shows as `active_cons`.
    func activeConnections(_ rules: ProviderSettings) -> Int {
        state.withLock { state in
            forgetGhosts(rules.lateNotice, &state)
            return active(state, rules)
        }
    }

    /// An HLS client counts as one connection until ten seconds after its last request.
    func touchPlaylist(session: String) {
        state.withLock { state in
            state.playlistSessions[session] = .now()
            if state.playlistSessions.count > 1000 { Self.forgetSessions(&state) }
        }
    }

    var counters: Counters { state.withLock { $0.counters } }
    var connections: [Connection] { state.withLock { $0.connections.values.sorted { $0.id < $1.id } } }
    var socketCount: Int { state.withLock { $0.connections.count } }

    func events(since sequence: Int) -> (events: [LedgerEvent], next: Int, forgotten: Int) {
        state.withLock { state in
            let events = state.events.items.drop { $0.sequence < sequence }
            return (Array(events), state.events.nextSequence, state.events.forgotten)
        }
    }

    func resetCounters() {
        state.withLock { state in
            state.counters = Counters(mediaOpen: state.counters.mediaOpen, mediaPeak: state.counters.mediaOpen)
        }
    }

    /// Media connections of a stream that are open now; all of them without a name.
    func openMedia(stream: String?) -> [Connection] {
        state.withLock { state in open(state).filter { stream == nil || $0.stream == stream } }
    }

    // MARK: Under the lock

    private func open(_ state: State) -> [Connection] {
        state.connections.values.filter { $0.openedAt != nil && !$0.isBeingKilled }
    }

    private func active(_ state: State, _ rules: ProviderSettings) -> Int {
        let recent = NIODeadline.now() - .seconds(10)
        let sessions = state.playlistSessions.values.count { $0 > recent }
        return open(state).count + state.ghosts.count + rules.foreignConnections + sessions
    }

    private func countReader(_ stream: String, _ state: inout State) {
        let now = open(state).count { $0.stream == stream }
        var tally = state.counters.films[stream] ?? FilmTally()
        tally.opened += 1
        tally.peak = max(tally.peak, now)
        state.counters.films[stream] = tally
    }

    private func oldest(like newcomer: Connection, _ state: State) -> [Int] {
        func isAlike(_ other: Connection) -> Bool {
            other.address == newcomer.address && other.userAgent == newcomer.userAgent
        }
        return open(state).sorted { first, second in
            isAlike(first) == isAlike(second) ? first.id < second.id : isAlike(first)
        }.map(\.id)
    }

    private func mark(_ id: Int, _ reason: String, _ state: inout State) {
        state.connections[id]?.isBeingKilled = true
        state.connections[id]?.reason = reason
        state.counters.killed += 1
    }

    private func release(_ connection: inout Connection, _ state: inout State) {
        guard connection.openedAt != nil else { return }
        connection.openedAt = nil
        state.counters.mediaOpen -= 1
        state.ghosts.append(.now())
        if state.ghosts.count > 1000 { state.ghosts.removeFirst() }
    }

    private func forgetGhosts(_ lateNotice: Double, _ state: inout State) {
        let limit = NIODeadline.now() - .milliseconds(Int64(lateNotice * 1000))
        state.ghosts.removeAll { $0 <= limit }
    }

    private static func forgetSessions(_ state: inout State) {
        let recent = NIODeadline.now() - .seconds(10)
        state.playlistSessions = state.playlistSessions.filter { $0.value > recent }
    }

    private func log(_ kind: LedgerEvent.Kind, _ connection: Connection, _ state: inout State) {
        let event = LedgerEvent(
            sequence: state.events.nextSequence, monotonic: Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000),
            unix: Int64(Date().timeIntervalSince1970 * 1000), kind: kind, listener: connection.listener,
            connection: connection.id, remote: connection.remote, userAgent: connection.userAgent,
            path: connection.path, stream: connection.stream, status: connection.status, bytes: connection.bytes,
            reason: connection.reason ?? "")
        state.events.append(event)
        sink?.write(event.json.encoded)
    }
}
