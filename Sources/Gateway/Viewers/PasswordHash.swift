import Crypto
import CryptoExtras

/// What checks a password without holding it: PBKDF2 (HMAC-SHA-512) with a salt of its own. Slow on purpose, about a fifth of a
/// second: never on an event loop or the cooperative pool, see `PasswordChecker`.
struct PasswordHash: Codable, Sendable, Equatable {
    enum Failure: Error { case notDerived }

    /// Base64url of 16 random bytes.
    let salt: String
    let rounds: Int
    /// Base64url of 32 bytes.
    let digest: String

    /// OWASP's figure for SHA-512. Kept with every hash, so that it can be raised.
    static let standardRounds = 210_000
    private static let length = 32

    static func make(_ password: String, rounds: Int = standardRounds) throws -> PasswordHash {
        let salt = Base64URL.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) })
        return PasswordHash(salt: salt, rounds: rounds, digest: try derive(password, salt: salt, rounds: rounds))
    }

    /// Compares in constant time.
    func matches(_ password: String) -> Bool {
        guard let derived = try? Self.derive(password, salt: salt, rounds: rounds) else { return false }
        return ConstantTime.areEqual(derived, digest)
    }

    private static func derive(_ password: String, salt: String, rounds: Int) throws -> String {
        let key = try KDF.Insecure.PBKDF2.deriveKey(
            from: Array(password.utf8), salt: Array(salt.utf8), using: .sha512, outputByteCount: length, rounds: rounds)
        return key.withUnsafeBytes { Base64URL.encode($0) }
    }
}

/// Comparing secrets so that the time tells nothing of where they differ.
enum ConstantTime {
    static func areEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
