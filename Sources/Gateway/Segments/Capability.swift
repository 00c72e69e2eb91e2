import Contracts
import Crypto
import NIOCore

/// What makes a stream's segment URLs unguessable: the first 16 bytes of HMAC-SHA256(secret, "stream|epoch"), or
/// "film|version".
///
/// The same for all viewers, so that caches are shared; rights are checked on playlists (API.md).
struct Capability: Sendable {
    private let key: SymmetricKey
    private static let length = 16

    /// - Parameter secret: hex digits, as in `Keys.capabilitySecret`. `nil` if it is not at least 16 bytes of hex.
    init?(secret: String) {
        let digits = secret.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == secret.utf8.count, digits.count >= 32, digits.count.isMultiple(of: 2) else { return nil }
        key = SymmetricKey(
            data: stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }

    /// A new secret: 32 random bytes in hex.
    static func makeSecret() -> String {
        (0..<32).map { _ in
            let byte = String(UInt8.random(in: .min ... .max), radix: 16)
            return byte.count == 1 ? "0" + byte : byte
        }.joined()
    }

    func text(_ stream: StreamID, epoch: Int64) -> String { text(stream, version: String(epoch)) }

    func text(_ stream: StreamID, version: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(stream)|\(version)".utf8), using: key)
        return Base64URL.encode(code.prefix(Self.length))
    }

    func admits(_ text: String, to stream: StreamID, epoch: Int64) -> Bool {
        admits(text, to: stream, version: String(epoch))
    }

    /// Compares in constant time.
    func admits(_ text: String, to stream: StreamID, version: String) -> Bool {
        let expected = Array(self.text(stream, version: version).utf8)
        let given = Array(text.utf8)
        guard given.count == expected.count else { return false }
        return zip(given, expected).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
