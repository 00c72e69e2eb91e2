/// Where a live segment is cut: this file alone decides it.
///
/// Output frames are numbered from 0 within an epoch. Segments last 1, 1, 2, 2 s, so that playback starts early, and
/// then 4 s each; in frames that is the nearest whole number, so every segment is exact at any rate (MEDIA.md §1.2).
/// An IDR opens each segment and stands every 2 s within it. The grid knows nothing of renditions: all share it, which
/// is why their boundaries are identical (DESIGN §5.4).
///
/// Pure arithmetic on `Int64`; nothing overflows in years of output. Frames and segments are 0 or more.
public struct SegmentGrid: Sendable, Hashable {
    /// Ticks per second of all output timestamps (MPEG-TS).
    public static let ticksPerSecond: Int64 = 90_000
    /// Timestamp of frame 0: 10 s, so that decode times and priming, which lie before, are never negative.
    public static let lineStart: Int64 = 900_000
    /// EXT-X-TARGETDURATION in seconds, constant from the first playlist on.
    public static let targetDuration = 4

    /// Lengths of the first segments, then of all others, in seconds.
    private static let openingSeconds: [Int64] = [1, 1, 2, 2]
    private static let steadySeconds: Int64 = 4
    private static let keyframeSeconds: Int64 = 2

    public let frameRate: FrameRate
    /// First frames of the opening segments, and of the first steady one as last element.
    private let openingStarts: [Int64]
    private let steadyFrames: Int64
    private let keyframeDistance: Int64

    public init(frameRate: FrameRate) {
        self.frameRate = frameRate
        openingStarts = Self.openingSeconds.reduce(into: [0]) { starts, seconds in
            starts.append((starts.last ?? 0) + max(1, frameRate.frames(inSeconds: seconds)))
        }
        steadyFrames = max(1, frameRate.frames(inSeconds: Self.steadySeconds))
        keyframeDistance = max(1, frameRate.frames(inSeconds: Self.keyframeSeconds))
    }

    // MARK: Segments

    /// The segment that a frame belongs to.
    public func segment(containing frame: Int64) -> Int64 {
        precondition(frame >= 0, "frames are numbered from 0")
        if frame >= steadyStart {
            return Int64(Self.openingSeconds.count) + (frame - steadyStart) / steadyFrames
        }
        return Int64(openingStarts.lastIndex { $0 <= frame } ?? 0)
    }

    /// The frame that a segment starts with: an IDR in every rendition.
    public func firstFrame(of segment: Int64) -> Int64 {
        precondition(segment >= 0, "segments are numbered from 0")
        let opening = Int64(Self.openingSeconds.count)
        return segment < opening ? openingStarts[Int(segment)] : steadyStart + (segment - opening) * steadyFrames
    }

    public func frameCount(of segment: Int64) -> Int64 { firstFrame(of: segment + 1) - firstFrame(of: segment) }

    /// All frames of a segment.
    public func frames(of segment: Int64) -> Range<Int64> { firstFrame(of: segment)..<firstFrame(of: segment + 1) }

    // MARK: Frames

    /// Whether a segment starts with this frame.
    public func isBoundary(_ frame: Int64) -> Bool { firstFrame(of: segment(containing: frame)) == frame }

    /// Whether the encoder must make this frame an IDR.
    public func isIDR(_ frame: Int64) -> Bool {
        (frame - firstFrame(of: segment(containing: frame))).isMultiple(of: keyframeDistance)
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

    /// T(k): presentation time of a segment's first frame.
    public func start(of segment: Int64) -> Int64 { ticks(ofFrame: firstFrame(of: segment)) }

    /// From this segment's first frame to the next one's. EXTINF is this over 90000, and the sum of any run of them is exact.
    public func duration(of segment: Int64) -> Int64 { start(of: segment + 1) - start(of: segment) }

    private var steadyStart: Int64 { openingStarts[Self.openingSeconds.count] }
}
