/// What a segment will be, decided when its first picture is made.
struct SegmentPlan: Sendable {
    let sequence: Int64
    /// Its first output frame since the engine began.
    let firstFrame: Int64
    /// Ticks on the output line of its timestamps.
    let start: Int64
    /// Ticks, unless it is cut early.
    let duration: Int64
    /// Unix milliseconds.
    let programDate: Int64
    /// A DISCONTINUITY stands before it, in all renditions.
    let discontinuity: Bool
    let discontinuitySequence: Int64
    /// Renditions that are encoded for it: name to the AAC encoding in them, nil for video only.
    let encoded: [String: PieceKey?]
    /// Renditions of sound alone, and the encoding of each.
    let audio: [String: PieceKey]
    /// Renditions that are shed: name to the rendition whose bytes stand in.
    let substitutes: [String: String]

    /// Everything that must be there before it can be published.
    var needed: Set<PieceKey> {
        Set(encoded.keys.map { PieceKey.video($0) } + encoded.values.compactMap { $0 } + audio.values)
    }
}

/// Which stream of a segment a piece is.
enum PieceKey: Sendable, Hashable {
    /// By rendition.
    case video(String)
    /// By number of the track and bits per second.
    case sound(track: Int, bitrate: Int)
}

/// All access units that one stream has in one segment.
struct SegmentPiece: Sendable {
    let sequence: Int64
    let key: PieceKey
    let units: [AccessUnit]
}
