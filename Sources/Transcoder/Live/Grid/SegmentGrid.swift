/// Where a live segment can be cut, and where it is: this file alone decides it.
///
/// Output frames are numbered from 0 within an epoch. Segments last 1, 1, 2, 2 s, so that playback starts early, and
/// then 4 s each; in frames that is the nearest whole number, so every segment is exact at any rate (MEDIA.md §1.2).
/// An IDR opens each segment and stands every 2 s within it, and there a segment may also end early: a rendition that
/// somebody waits for begins sooner then (docs/decisions/0013). The grid knows nothing of renditions: all share it, which
/// is why their boundaries are identical (DESIGN §5.4).
///
/// Pure arithmetic on `Int64`; nothing overflows in years of output. Frames are 0 or more.
public struct SegmentGrid: Sendable, Hashable {
    /// Ticks per second of all output timestamps (MPEG-TS).
    public static let ticksPerSecond: Int64 = 90_000
    /// Timestamp of frame 0: 10 s, so that decode times and priming, which lie before, are never negative.
    public static let lineStart: Int64 = 900_000
    /// EXT-X-TARGETDURATION in seconds, constant from the first playlist on.
    public static let targetDuration = 4

    /// Lengths of the first segments, in seconds.
    private static let openingSeconds: [Int64] = [1, 1, 2, 2]
    private static let keyframeSeconds: Int64 = 2
    /// How many times that all other segments last.
    private static let keyframesPerSegment: Int64 = 2

    public let frameRate: FrameRate
    /// First frames of the opening segments, and of the first one after them as last element.
    private let openingStarts: [Int64]
    private let keyframeDistance: Int64

    public init(frameRate: FrameRate) {
        self.frameRate = frameRate
        openingStarts = Self.openingSeconds.reduce(into: [0]) { starts, seconds in
            starts.append((starts.last ?? 0) + max(1, frameRate.frames(inSeconds: seconds)))
        }
        keyframeDistance = max(1, frameRate.frames(inSeconds: Self.keyframeSeconds))
    }

    // MARK: Frames

    /// Whether the encoder must make this frame an IDR. Segments begin nowhere else.
    public func isIDR(_ frame: Int64) -> Bool {
        precondition(frame >= 0, "frames are numbered from 0")
        let past = frame - steadyStart
        return past >= 0 ? past.isMultiple(of: keyframeDistance) : openingStarts.contains(frame)
    }

    /// The frame that the next segment begins with, after one that begins with `start`, which is an IDR.
    /// - Parameter isShort: it ends at the next IDR.
    public func end(ofSegmentFrom start: Int64, isShort: Bool = false) -> Int64 {
        if let next = openingStarts.first(where: { $0 > start }) { return next }
        return start + keyframeDistance * (isShort ? 1 : Self.keyframesPerSegment)
    }

    // MARK: Ticks of 1/90000 s on the output line

    /// Presentation time of a frame: rounded from its number, never accumulated. Frames before 0 are allowed here.
    public func ticks(ofFrame frame: Int64) -> Int64 {
        Self.lineStart + rounded(frame * Self.ticksPerSecond * frameRate.denominator, frameRate.numerator)
    }

    /// The frame whose time is nearest; negative before the line's start.
    public func frame(nearestTicks ticks: Int64) -> Int64 {
        rounded((ticks - Self.lineStart) * frameRate.numerator, Self.ticksPerSecond * frameRate.denominator)
    }

    /// From the first of these frames to the one after the last. EXTINF is this over 90000, and the sum of any run of them
    /// is exact.
    public func duration(of frames: Range<Int64>) -> Int64 {
        ticks(ofFrame: frames.upperBound) - ticks(ofFrame: frames.lowerBound)
    }

    private var steadyStart: Int64 { openingStarts[Self.openingSeconds.count] }
}
