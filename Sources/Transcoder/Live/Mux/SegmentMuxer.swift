/// Puts the access units of one rendition into segments. The port behind which a container lives: MPEG-TS now, CMAF may follow.
///
/// A muxer belongs to one rendition for one epoch and is used by one thread at a time.
public protocol SegmentMuxer: Sendable {
    /// One complete segment, which can be decoded without any other.
    ///
    /// - Parameters:
    ///   - video: In decode order, an IDR with SPS and PPS first. Empty for an audio-only program.
    ///   - audio: In order. Empty for a video-only program.
    ///   - discontinuity: The playlist says DISCONTINUITY before this segment.
    mutating func segment(video: [AccessUnit], audio: [AccessUnit], discontinuity: Bool) -> [UInt8]
}
