/// Where Redis is and how patient we are with it.
public struct RedisConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public var host: String
    public var port: Int
    /// ACL user; `nil`: the default user.
    public var user: String?
    public var password: String?
    /// Database number, from 0.
    public var database: Int
    /// TLS with verified certificate (`rediss://`).
    public var usesTLS: Bool
    /// PEM file of the authority that signed the server's certificate; `nil`: the system's.
    public var certificateAuthorityFile: String?

    /// Names the connections in `CLIENT LIST` and the metrics. Letters, digits, `-`, `_`.
    public var name = "dash"
    /// For TCP, TLS and the first commands together.
    public var connectTimeout: Duration = .seconds(5)
    /// For a command, reconnection included, unless the call says otherwise; and for a subscription's acknowledgement.
    public var commandTimeout: Duration = .seconds(5)
    /// Commands waiting or under way on one client; more are refused with `.overloaded`.
    public var maxCommandsInFlight = 10_000
    /// Argument bytes waiting or under way on one client; more are refused with `.overloaded`.
    public var maxBytesInFlight = 64 * 1024 * 1024
    /// A larger reply breaks the connection with `.protocolViolation`.
    public var maxReplyBytes = 128 * 1024 * 1024
    /// Subscriptions at once in this process; more are refused with `.overloaded`.
    public var maxSubscriptions = 20_000
    /// Events that wait for one subscription's reader; more push out the oldest and become a gap.
    public var subscriptionBuffer = 64
    /// How often a subscriber connection is probed. Silent for two of these and a bit, it counts as dead.
    public var heartbeat: Duration = .seconds(3)
    /// Blocking pops at once; more are refused with `.overloaded`.
    public var maxBlockingPops = 64

    /// `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS. User and password may be percent-encoded,
    /// an IPv6 address stands in brackets. The port defaults to 6379, the database to 0.
    public init(url: String) throws(RedisError) {
        let parts = try RedisURL(url)
        host = parts.host
        port = parts.port
        user = parts.user
        password = parts.password
        database = parts.database
        usesTLS = parts.usesTLS
    }

    /// Never shows user or password.
    public var description: String {
        let address = host.contains(":") ? "[\(host)]" : host
        return "\(usesTLS ? "rediss" : "redis")://\(password == nil ? "" : "***@")\(address):\(port)/\(database)"
    }

    public var debugDescription: String { description }
}

extension RedisConfiguration: CustomReflectable {
    /// Keeps the password out of `dump` and of test output.
    public var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
