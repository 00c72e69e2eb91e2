/// Names one stream everywhere: in URLs, Redis keys, logs and metrics. `live-8`, `vod-1906`, `series-55-1-2`, `episode-901`.
///
/// Numbers are the provider's, 1 to 18 digits without zeros in front; anything else is refused, so that a stream id is always safe
/// inside a key, a path or a log line, and one stream has one name: `live-08` beside `live-8` would be a second connection to it.
public struct StreamID: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Kind: String, Sendable, Codable { case live, vod, series, episode }

    public let kind: Kind
    /// The part behind the kind: `8`, or `55-1-2` for a series episode by place.
    public let number: String

    public static func live(_ number: Int64) -> StreamID { StreamID(kind: .live, number: String(number)) }
    public static func vod(_ number: Int64) -> StreamID { StreamID(kind: .vod, number: String(number)) }
    public static func episode(_ number: Int64) -> StreamID { StreamID(kind: .episode, number: String(number)) }

    /// An episode by its place in a series.
    public struct Place: Sendable, Hashable {
        public let series: Int64
        public let season: Int64
        public let episode: Int64
    }

    /// `nil` unless it is `series-…`.
    public var place: Place? {
        let numbers = number.split(separator: "-").compactMap { Int64($0) }
        guard kind == .series, numbers.count == 3 else { return nil }
        return Place(series: numbers[0], season: numbers[1], episode: numbers[2])
    }

    /// Reads the text form; `nil` if it is not one.
    public init?(_ text: String) {
        guard let dash = text.firstIndex(of: "-"), let kind = Kind(rawValue: String(text[..<dash])) else { return nil }
        let number = text[text.index(after: dash)...]
        let parts = number.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == (kind == .series ? 3 : 1), parts.allSatisfy(Self.isNumber) else { return nil }
        self.kind = kind
        self.number = String(number)
    }

    private init(kind: Kind, number: String) {
        self.kind = kind
        self.number = number
    }

    private static func isNumber(_ part: Substring) -> Bool {
        (1...18).contains(part.utf8.count) && (part == "0" || part.utf8.first != UInt8(ascii: "0"))
            && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    public var description: String { "\(kind.rawValue)-\(number)" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = StreamID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a stream id")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
