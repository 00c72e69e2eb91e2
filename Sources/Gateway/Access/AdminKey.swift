import Crypto
import HTTPTypes
import Hummingbird
import Synchronization

/// The operator's key, `Authorization: Bearer …` or `X-Admin-Key`. Never a cookie, so no other page can use it.
final class AdminKey: Sendable {
    private let expected: SHA256Digest?
    private let attempts = Mutex(AttemptBook<String>(free: 10))

    /// - Parameter key: `ADMIN_API_KEY`; without one nobody is the operator.
    init(_ key: String?) { expected = key.map { SHA256.hash(data: Array($0.utf8)) } }

    /// Throws 403 if no key is set or another is given, 401 if none is given, 429 for who guesses.
    /// - Parameter address: whose guesses count together.
    func check(_ request: Request, from address: String) throws {
        guard let expected else { throw APIError.adminDisabled }
        guard let given = Self.key(in: request.headers) else { throw APIError.adminKeyRequired }
        if let wait = attempts.withLock({ $0.wait(address, at: .now) }) { throw APIError.tooManyAttempts(wait) }
        // Digests compare in constant time.
        guard SHA256.hash(data: Array(given.utf8)) == expected else {
            attempts.withLock { $0.failed(address, at: .now) }
            throw APIError.adminKeyWrong
        }
        attempts.withLock { $0.succeeded(address) }
    }

    private static func key(in headers: HTTPFields) -> String? {
        if let key = headers[.adminKey], !key.isEmpty { return key }
        guard let text = headers[.authorization], text.lowercased().hasPrefix("bearer ") else { return nil }
        return String(text.dropFirst("bearer ".count))
    }
}
