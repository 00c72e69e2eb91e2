/// What the provider's catalog is asked about: a film (`vod-1906`), a whole series (`series-55`), or what is on a channel
/// (`live-8`).
public struct MetadataSubject: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Kind: String, Sendable, Codable { case vod, series, live }

    public let kind: Kind
    /// The provider's number, not negative.
    public let number: Int64

    public static func film(_ number: Int64) -> MetadataSubject { MetadataSubject(kind: .vod, number: max(0, number)) }
    public static func series(_ number: Int64) -> MetadataSubject {
        MetadataSubject(kind: .series, number: max(0, number))
    }

    /// The guide of a channel.
    public static func guide(_ number: Int64) -> MetadataSubject {
        MetadataSubject(kind: .live, number: max(0, number))
    }

    private init(kind: Kind, number: Int64) {
        self.kind = kind
        self.number = number
    }

    /// Reads the text form; `nil` if it is not one.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])), (1...18).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(parts[1])
        else { return nil }
        self.init(kind: kind, number: number)
    }

    public var description: String { "\(kind.rawValue)-\(number)" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let subject = MetadataSubject(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a subject of metadata")
        }
        self = subject
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
