/// One size of one picture in one format, named the same everywhere: `3f…:320:webp`.
public struct ImageName: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Format: String, Sendable, Hashable, Codable, CaseIterable { case jpeg, webp }

    /// Widths that are made, in pixels. What is asked for is rounded up, so that few sizes of each picture are made and kept.
    public static let widths = [160, 320, 640, 1280]

    /// As `MetadataStore.image` knows it: 32 hexadecimal digits.
    public let key: String
    public let width: Int
    public let format: Format

    /// - Parameter width: rounded up to one of `widths`.
    /// - Returns: `nil` if the key is none.
    public init?(key: String, width: Int, format: Format) {
        guard Self.isKey(key) else { return nil }
        self.key = key
        self.width = Self.widths.first { $0 >= width } ?? Self.widths[Self.widths.count - 1]
        self.format = format
    }

    public static func isKey(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Reads the text form; `nil` if it is not one.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, Self.isKey(String(parts[0])), let width = Int(parts[1]), Self.widths.contains(width),
            let format = Format(rawValue: String(parts[2]))
        else { return nil }
        self.key = String(parts[0])
        self.width = width
        self.format = format
    }

    public var description: String { "\(key):\(width):\(format.rawValue)" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = ImageName(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not the name of an image")
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
