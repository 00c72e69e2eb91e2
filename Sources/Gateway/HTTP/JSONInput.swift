import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads a small JSON object from a request's body.
enum JSONInput {
    private static let maximumBytes = 16 * 1024

    /// Throws 415 unless it says that it is JSON (which another site's page cannot say unasked), 413 if it is too large, 400 if it
    /// is not the object that is expected.
    static func decode<Value: Decodable>(_ type: Value.Type, _ request: Request) async throws -> Value {
        let contentType = request.headers[.contentType]?.lowercased().prefix { $0 != ";" && $0 != " " }
        guard contentType == "application/json" else { throw APIError.bodyType }
        let body = try await request.body.collect(upTo: maximumBytes)
        guard let value = try? JSONDecoder().decode(type, from: Data(body.readableBytesView)) else {
            throw APIError.badBody
        }
        return value
    }
}
