/// One line of the connection log.
struct LedgerEvent: Sendable {
    enum Kind: String, Sendable {
        case accept, request, open, done, close
    }

    let sequence: Int
    /// Milliseconds of the monotonic clock and since 1970.
    let monotonic: Int64
    let unix: Int64
    let kind: Kind
    let listener: String
    let connection: Int
    let remote: String
    let userAgent: String
    /// `live`, `movie`, `series`, `hls`, `api` or `control`.
    let path: String
    /// `live-8`, `vod-1906`, `episode-550102`; empty for others.
    let stream: String
    let status: Int
    let bytes: Int
    /// For `done` and `close`: `peer`, `complete`, `killed_oldest`, `killed_reader`, `fault_drop`, `stopping` …
    let reason: String

    var json: JSON {
        [
            "seq": .of(sequence), "mono_ms": .int(monotonic), "unix_ms": .int(unix), "event": .string(kind.rawValue),
            "listener": .string(listener), "connection": .of(connection), "remote": .string(remote),
            "user_agent": .string(userAgent), "kind": .string(path), "stream": .string(stream), "status": .of(status),
            "bytes": .of(bytes), "reason": .string(reason),
        ]
    }
}
