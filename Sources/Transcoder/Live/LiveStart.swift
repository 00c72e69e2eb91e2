/// Where an engine takes up a channel's playlist.
public struct LiveStart: Sendable, Equatable {
    /// Fencing number of the owner; it is in every segment.
    public var epoch: Int64
    /// Media sequence number of the first segment.
    public var sequence: Int64
    /// Discontinuities of the playlist so far.
    public var discontinuitySequence: Int64
    /// The playlist has segments of an earlier owner: the first segment stands behind a DISCONTINUITY.
    public var continues: Bool
    /// Unix ms before which its first segment is not dated: where the earlier owner's last one ends.
    public var notBefore: Int64
    /// Renditions to encode from the first segment on, by name; nil = all. Unknown names are ignored, and if none is
    /// left, the lowest rendition is encoded: the line must grow.
    public var activeRenditions: Set<String>?

    public init(
        epoch: Int64, sequence: Int64, discontinuitySequence: Int64 = 0, continues: Bool = false,
        notBefore: Int64 = 0, activeRenditions: Set<String>? = nil
    ) {
        self.epoch = epoch
        self.sequence = sequence
        self.discontinuitySequence = discontinuitySequence
        self.continues = continues
        self.notBefore = notBefore
        self.activeRenditions = activeRenditions
    }
}
