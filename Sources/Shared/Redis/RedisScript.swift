/// A Lua script, run by its SHA-1 and sent whole only when the server does not know it (NOSCRIPT).
///
/// Scripts are small and short: they decide over a few keys, they never carry payload bytes (DESIGN §4).
public struct RedisScript: Sendable {
    /// Names the script in metrics and errors.
    public let name: String
    public let source: String

    public init(_ name: String, _ source: String) {
        self.name = name
        self.source = source
    }
}
