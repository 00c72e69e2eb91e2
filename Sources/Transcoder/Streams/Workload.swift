import Contracts
import Metrics
import Synchronization

/// What this worker runs and how much more it can take, in core-seconds per second (DESIGN §5.8).
///
/// A new channel is reckoned at the ladder's measured cost until it has run for a while; then at what it really uses.
final class Workload: Sendable {
    /// One running stream's place in the books.
    struct Ticket: Sendable, Hashable {
        let id: Int
        let stream: StreamID
    }

    private struct Entry {
        let stream: StreamID
        let exclusive: Bool
        var cores: Double
    }

    private struct Books {
        var nextID = 0
        var entries: [Int: Entry] = [:]
        var used: Double { entries.values.reduce(0) { $0 + $1.cores } }
        var channels: [Entry] { entries.values.filter { $0.stream.kind == .live } }
        var usedByChannels: Double { channels.reduce(0) { $0 + $1.cores } }
        var exclusive: Bool { entries.values.contains { $0.exclusive } }
    }

    /// A place for a stream that is about to be claimed. `settle` follows, or `end`.
    struct Reservation: Sendable {
        let ticket: Ticket
        /// Nothing else runs here, and nothing else begins before `settle`: the stream may be a suspect.
        let isAlone: Bool
    }

    let capacity: Double
    let channelCost: Double
    private let books = Mutex(Books())
    private let usedGauge = Gauge(label: "transcoder_cores_used")
    private let streamsGauge = Gauge(label: "transcoder_streams")
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation
    private let filmChanges: AsyncStream<Void>
    private let filmChanged: AsyncStream<Void>.Continuation
    /// Films owned at a time: each has a thread and a block cache entry, whether it is busy or not.
    private static let mostFilms = 64

    /// - Parameters:
    ///   - capacity: cores that this worker may use.
    ///   - channelCost: measured cost of one full ladder in real time.
    init(capacity: Double, channelCost: Double) {
        self.capacity = capacity
        self.channelCost = channelCost
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (filmChanges, filmChanged) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        Gauge(label: "transcoder_cores_capacity").record(capacity)
    }

    var streams: [StreamID] { books.withLock { $0.entries.values.map(\.stream).sorted { "\($0)" < "\($1)" } } }
    var used: Double { books.withLock { $0.used } }
    /// Without films: those share what is left.
    var usedByChannels: Double { books.withLock { $0.usedByChannels } }

    /// One channel always fits an idle worker, however slow: late is better than never.
    var hasRoom: Bool { books.withLock { hasRoom($0) } }

    private func hasRoom(_ books: borrowing Books) -> Bool {
        // Films give way: only channels count.
        !books.exclusive && (books.channels.isEmpty || books.usedByChannels + channelCost <= capacity)
    }

    /// Films share what the channels leave, whatever it is; only their number is bounded.
    var hasFilmRoom: Bool { books.withLock { hasFilmRoom($0) } }

    private func hasFilmRoom(_ books: borrowing Books) -> Bool {
        !books.exclusive && books.entries.values.count { $0.stream.kind != .live } < Self.mostFilms
    }

    /// Room is looked for and taken in one step: channels and films are claimed side by side.
    /// - Returns: nil if there is no room.
    func reserve(_ stream: StreamID) -> Reservation? {
        let reservation: Reservation? = books.withLock { books in
            let isLive = stream.kind == .live
            guard isLive ? hasRoom(books) : hasFilmRoom(books) else { return nil }
            let isAlone = books.entries.isEmpty
            books.nextID += 1
            // A new channel is reckoned at the ladder's cost; films share what is left.
            books.entries[books.nextID] = Entry(stream: stream, exclusive: isAlone, cores: isLive ? channelCost : 0)
            return Reservation(ticket: Ticket(id: books.nextID, stream: stream), isAlone: isAlone)
        }
        if reservation != nil { report() }
        return reservation
    }

    /// The stream of a reservation is claimed.
    func settle(_ ticket: Ticket, exclusive: Bool) {
        books.withLock { books in
            guard let entry = books.entries[ticket.id] else { return }
            books.entries[ticket.id] = Entry(stream: entry.stream, exclusive: exclusive, cores: entry.cores)
        }
        report()
    }

    /// What the stream really uses now; an exclusive one is cleared by having produced something.
    func update(_ ticket: Ticket, cores: Double, hasProduced: Bool) {
        books.withLock { books in
            guard let entry = books.entries[ticket.id] else { return }
            books.entries[ticket.id] = Entry(
                stream: entry.stream, exclusive: entry.exclusive && !hasProduced, cores: cores)
        }
        report()
    }

    func end(_ ticket: Ticket) {
        books.withLock { _ = $0.entries.removeValue(forKey: ticket.id) }
        report()
    }

    /// Returns when there is room for a channel; `false` if the task was cancelled.
    func waitForRoom() async -> Bool {
        if hasRoom { return !Task.isCancelled }
        for await _ in changes where hasRoom { return !Task.isCancelled }
        return false
    }

    /// Returns when there is room for a film; `false` if the task was cancelled.
    func waitForFilmRoom() async -> Bool {
        if hasFilmRoom { return !Task.isCancelled }
        for await _ in filmChanges where hasFilmRoom { return !Task.isCancelled }
        return false
    }

    /// Waits for room for this stream and takes it; nil if the task was cancelled.
    func place(for stream: StreamID) async -> Reservation? {
        if let place = reserve(stream) { return place }
        for await _ in stream.kind == .live ? changes : filmChanges {
            if let place = reserve(stream) { return place }
        }
        return nil
    }

    private func report() {
        let (used, count) = books.withLock { ($0.used, $0.entries.count) }
        usedGauge.record(used)
        streamsGauge.record(count)
        changed.yield()
        filmChanged.yield()
    }
}
