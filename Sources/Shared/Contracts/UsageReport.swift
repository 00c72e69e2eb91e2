/// What one gateway served since its last report. Counted once: the id makes a repeated report harmless.
public struct UsageReport: Contract, Equatable {
    public struct Entry: Codable, Sendable, Equatable {
        public let stream: StreamID
        public let rendition: String
        /// Amounts by what they count, see `UsageAmount`; what this version does not know is ignored.
        public let amounts: [String: Int64]

        public init(stream: StreamID, rendition: String, amounts: [UsageAmount: Int64]) {
            self.stream = stream
            self.rendition = rendition
            self.amounts = Dictionary(
                uniqueKeysWithValues: amounts.filter { $0.value != 0 }.map { ($0.key.rawValue, $0.value) })
        }

        /// 0 if it was not counted.
        public subscript(_ amount: UsageAmount) -> Int64 { amounts[amount.rawValue] ?? 0 }

        /// The short way for what every segment counts.
        public init(stream: StreamID, rendition: String, bytes: Int64, segments: Int64, views: Int64, cached: Int64) {
            self.init(
                stream: stream, rendition: rendition,
                amounts: [.bytes: bytes, .segments: segments, .views: views, .cached: cached])
        }
    }

    public var v = 2
    public let id: String
    public let gateway: String
    /// UTC day, `2026-11-22`.
    public let day: String
    public let entries: [Entry]

    public init(id: String, gateway: String, day: String, entries: [Entry]) {
        self.id = id
        self.gateway = gateway
        self.day = day
        self.entries = entries
    }
}
