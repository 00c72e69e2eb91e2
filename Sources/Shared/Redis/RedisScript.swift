import Crypto

/// A Lua script, run by its SHA-1 and sent whole only when the server does not know it (NOSCRIPT).
///
/// Scripts are small and short: they decide over a few keys, they never carry payload bytes (DESIGN §4).
public struct RedisScript: Sendable {
    /// Names the script in metrics and errors.
    public let name: String
    public let source: String
    /// SHA-1 of the source in hex: the name by which the server knows it.
    public let digest: String

    public init(_ name: String, _ source: String) {
        self.name = name
        self.source = source
        // Not a matter of security: EVALSHA prescribes SHA-1.
        digest = Insecure.SHA1.hash(data: Array(source.utf8)).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0" + hex : hex
        }.joined()
    }
}
