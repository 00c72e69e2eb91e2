import Redis

/// What the index knows of one stored rendition.
public struct StoredRecord: Sendable, Hashable {
    public var group: StoredGroup
    /// Bytes, reserved ones included.
    public var byteCount: Int64
    /// Segments.
    public var count: Int
    /// CPU milliseconds that their making has cost.
    public var encodeMilliseconds: Int64
    /// Redis ms of the last time that it was stored to, loaded or promised.
    public var used: Int64
    /// Redis ms until which it must stay.
    public var promised: Int64
    /// Redis time in µs of the last change; 0: there is no record.
    public var changed: Int64

    public init(
        group: StoredGroup, byteCount: Int64, count: Int, encodeMilliseconds: Int64, used: Int64, promised: Int64 = 0,
        changed: Int64 = 0
    ) {
        self.group = group
        self.byteCount = byteCount
        self.count = count
        self.encodeMilliseconds = encodeMilliseconds
        self.used = used
        self.promised = promised
        self.changed = changed
    }

    init(_ group: StoredGroup, _ fields: [String: RESPValue]) {
        func number(_ name: String) -> Int64 { fields[name]?.integer ?? 0 }
        self.init(
            group: group, byteCount: number("bytes"), count: Int(number("count")),
            encodeMilliseconds: number("encode"), used: number("used"), promised: number("promised"),
            changed: number("changed"))
    }
}

/// What a look into storage has found of one rendition.
public struct FoundGroup: Sendable, Equatable {
    public var indices: [Int] = []
    public var byteCount: Int64 = 0
    /// Unix ms of the newest of them.
    public var newest: Int64 = 0
    /// Estimated CPU milliseconds, for a rendition that the index did not know.
    public var encodeMilliseconds = 0

    public init() {}
}
