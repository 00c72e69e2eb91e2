/// SKELETON: where Redis is and how patient we are with it.
public struct RedisConfiguration: Sendable {
    public var host: String
    public var port: Int

    /// `redis://[user[:password]@]host[:port][/database]`, or `rediss://` for TLS.
    public init(url: String) throws(RedisError) {
        host = url
        port = 6379
    }
}
