import Media

/// What the engine thread tells an encoder thread.
enum VideoOrder: Sendable {
    case frame(Frame, VideoPlace)
    /// Finish what is inside and go on with a fresh encoder; the next frame begins a segment.
    case renew(VideoEncoderParameters)
}

/// Where a picture stands on the output line.
struct VideoPlace: Sendable {
    /// Frame number since the timestamps began.
    let frame: Int64
    let isIDR: Bool
    /// Sequence number of the segment that it begins, if it does.
    let begins: Int64?
}
