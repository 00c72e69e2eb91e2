/// A running service's heartbeat, written once a second, believed for `InstanceStatus.lifetime`.
public struct InstanceStatus: Contract, Equatable {
    /// Milliseconds after which a silent instance counts as gone.
    public static let lifetime: Int64 = 5_000

    public var v = 1
    /// `gateway`, `token-service`, `transcoder`, `segment-store`.
    public let service: String
    public let instance: String
    public let version: String
    /// Transcoders: cores this worker may use, and what its streams use now, in core-seconds per second.
    public let capacity: Double?
    public let used: Double?
    /// Transcoders: what one more channel is expected to cost, core-seconds per second.
    public let channelCost: Double?
    /// Streams it owns now.
    public let streams: [StreamID]?

    public init(
        service: String, instance: String, version: String, capacity: Double? = nil, used: Double? = nil,
        channelCost: Double? = nil, streams: [StreamID]? = nil
    ) {
        self.service = service
        self.instance = instance
        self.version = version
        self.capacity = capacity
        self.used = used
        self.channelCost = channelCost
        self.streams = streams
    }

    /// Whether this worker would take one more channel.
    public var hasRoom: Bool { (used ?? 0) + (channelCost ?? 0) <= (capacity ?? 0) }
}
