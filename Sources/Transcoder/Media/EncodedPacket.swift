/// One encoded picture or block of sound, free of libav.
public struct EncodedPacket: Sendable, Hashable {
    /// Annex B with start codes for H.264 (AUD first; SPS and PPS before each IDR); ADTS or raw AAC, as asked for.
    public let data: [UInt8]
    /// Video: frame index. Audio: index on the grid of 1024 samples.
    public let pts: Int64
    /// As `pts`; below it when pictures are re-ordered. Strictly increasing.
    public let dts: Int64
    /// Video: an IDR. Audio: always.
    public let isKey: Bool

    public init(data: [UInt8], pts: Int64, dts: Int64, isKey: Bool) {
        self.data = data
        self.pts = pts
        self.dts = dts
        self.isKey = isKey
    }
}
