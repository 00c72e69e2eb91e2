import FoundationEssentials

/// A value that travels through Redis as JSON and says which version of itself it is.
///
/// Unknown fields are ignored, so a newer writer and an older reader can live side by side in a rolling update.
public protocol Contract: Codable, Sendable {}

extension Contract {
    /// The JSON text, keys sorted, so that equal values are equal texts.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    public init(json: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    }
}
