/// Who wants one stream at this gateway: what the next demand tick reports. A value type without IO.
///
/// A session counts if a request of it came since the last tick, or is being held right now. Bounded: sessions past
/// `maximumSessions` in one second still play, they are only not counted; so do renditions past `maximumRenditions`.
struct DemandLedger: Sendable {
    struct Batch: Sendable, Equatable {
        var sessions: Set<String>
        var renditions: Set<String>
    }

    /// A request that is being held, or a response without end.
    struct Hold: Sendable, Hashable { fileprivate let number: UInt64 }

    static let maximumSessions = 50_000
    /// More than any channel has: while nothing is known of one, every language may be asked for.
    static let maximumRenditions = 32

    private var seen = Batch(sessions: [], renditions: [])
    private var held: [UInt64: (session: String, rendition: String?)] = [:]
    private var departed: Set<UInt64> = []
    private var nextNumber: UInt64 = 0

    var heldCount: Int { held.count }
    var isEmpty: Bool { seen.sessions.isEmpty && held.isEmpty }

    mutating func note(session: String, rendition: String?) {
        if seen.sessions.count < Self.maximumSessions { seen.sessions.insert(session) }
        if let rendition { note(rendition: rendition) }
    }

    private mutating func note(rendition: String) {
        if seen.renditions.count < Self.maximumRenditions { seen.renditions.insert(rendition) }
    }

    mutating func hold(session: String, rendition: String?) -> Hold {
        note(session: session, rendition: rendition)
        nextNumber += 1
        held[nextNumber] = (session, rendition)
        return Hold(number: nextNumber)
    }

    mutating func release(_ hold: Hold) {
        // Seen until now: the tick that follows still counts it.
        if let (session, rendition) = held.removeValue(forKey: hold.number), departed.remove(hold.number) == nil {
            note(session: session, rendition: rendition)
        }
    }

    /// What to report now, or `nil` if nobody wants the stream. Held requests stay for the next tick.
    mutating func drain() -> Batch? {
        for (number, request) in held where !departed.contains(number) {
            note(session: request.session, rendition: request.rendition)
        }
        guard !seen.sessions.isEmpty else { return nil }
        defer { seen = Batch(sessions: [], renditions: []) }
        return seen
    }

    /// Puts back what could not be reported.
    mutating func restore(_ batch: Batch) {
        for session in batch.sessions { note(session: session, rendition: nil) }
        for rendition in batch.renditions { note(rendition: rendition) }
    }

    /// These sessions watch another channel now: their held requests stop counting.
    mutating func moved(_ sessions: [String]) {
        let gone = Set(sessions)
        for (number, request) in held where gone.contains(request.session) { departed.insert(number) }
    }

    func hasDeparted(_ hold: Hold) -> Bool { departed.contains(hold.number) }
}
