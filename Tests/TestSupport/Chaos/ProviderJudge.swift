/// Holds the provider's own account of its connections against DESIGN §5.1. Pure.
///
/// Counts what the provider saw: openings and closings by stream. An excess counts from `grace` on: the end of one
/// connection and the beginning of another may be noticed in the other order.
public struct ProviderJudge: Sendable {
    public struct Event: Sendable {
        public let opens: Bool
        public let connection: Int
        public let stream: String
        /// Milliseconds, Unix time.
        public let at: Int

        public init(opens: Bool, connection: Int, stream: String, at: Int) {
            (self.opens, self.connection, self.stream, self.at) = (opens, connection, stream, at)
        }
    }

    /// Milliseconds that an excess may last.
    static let grace = 500

    private let limit: Int
    /// While an owner is frozen, one stream may be read twice (milliseconds, Unix time).
    private let frozen: [ClosedRange<Int>]
    /// While the provider itself is frozen, what it says of order means nothing.
    private let blind: [ClosedRange<Int>]
    private var open: [Int: String] = [:]
    /// Since when each excess holds, and which have been told.
    private var since: [String: Int] = [:]
    private var told: Set<String> = []
    public private(set) var peak = 0

    /// - Parameter limit: connections that the account may have.
    public init(limit: Int, frozen: [ClosedRange<Int>], blind: [ClosedRange<Int>]) {
        (self.limit, self.frozen, self.blind) = (limit, frozen, blind)
    }

    /// - Parameter events: in the provider's order.
    public mutating func judge(_ events: [Event]) -> [Violation] {
        var found: [Violation] = []
        for (index, event) in events.enumerated() {
            open[event.connection] = event.opens ? event.stream : nil
            peak = max(peak, open.count)
            let until = index + 1 < events.count ? max(event.at, events[index + 1].at) : event.at + Self.grace
            let excesses = excesses(event.at...until)
            since = since.filter { excesses[$0.key] != nil }
            told = told.filter { excesses[$0] != nil }
            for (rule, message) in excesses.sorted(by: { $0.key < $1.key }) {
                let began = since[rule] ?? event.at
                since[rule] = began
                guard until - began >= Self.grace, !blind.contains(where: { $0.overlaps(began...until) }),
                    told.insert(rule).inserted
                else { continue }
                found.append(Violation(rule, at: "Unix ms \(began)", message))
            }
        }
        return found
    }

    /// What is too much in this span, by rule.
    private func excesses(_ span: ClosedRange<Int>) -> [String: String] {
        let spare = frozen.contains { $0.overlaps(span) } ? 1 : 0
        var found: [String: String] = [:]
        if open.count > limit + spare {
            found["provider.limit"] = "\(open.count) connections: \(open.values.sorted())"
        }
        for (stream, readers) in Dictionary(grouping: open.values, by: { $0 }) where readers.count > 1 + spare {
            found["provider.readers"] = "\(readers.count) readers of \(stream)"
        }
        return found
    }
}
