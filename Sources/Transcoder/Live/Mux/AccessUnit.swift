/// One coded picture or one AAC frame, ready to be put into a container.
///
/// Times are ticks of 1/90000 s on the output line, not wrapped: the muxer cuts them to the container's width.
public struct AccessUnit: Sendable, Hashable {
    /// Video: H.264 in Annex B form (start codes; SPS and PPS before an IDR). Audio: one raw AAC frame without ADTS header.
    public var data: [UInt8]
    public var pts: Int64
    public var dts: Int64
    /// Decoding can start here: an IDR. Always true for audio.
    public var isKey: Bool

    public init(data: [UInt8], pts: Int64, dts: Int64, isKey: Bool) {
        self.data = data
        self.pts = pts
        self.dts = dts
        self.isKey = isKey
    }

    /// An AAC frame, which is decoded in the order it is heard.
    public init(audio data: [UInt8], pts: Int64) {
        self.init(data: data, pts: pts, dts: pts, isKey: true)
    }
}
