/// What `RedisClient.connections()` tells: owners use it to notice that Redis was restarted.
public enum RedisConnectionEvent: Sendable, Equatable {
    /// A connection is ready for commands.
    /// - Parameters:
    ///   - runID: the server process's `run_id`; another one than before means that Redis was restarted.
    ///     Empty if the account may not read `INFO`.
    ///   - first: the client's first connection since it was made.
    case connected(runID: String, first: Bool)
    /// The connection broke; commands wait for the next one.
    case disconnected
}
