import CLibav

/// Makes whole pictures out of fields, one per frame (50i → 25p).
///
/// Free of cost until the first frame that says it is interlaced: up to there frames pass through untouched. From then on
/// every frame goes through the filter, which lets progressive ones pass and holds back one frame. A change of size or
/// format empties and rebuilds it. One thread at a time.
public final class Deinterlacer {
    public enum Method: String, Sendable, CaseIterable {
        /// Better edges, about twice the cost on FFmpeg 5.1, which has no AVX2 version of it (MEDIA.md §2).
        case bwdif
        case yadif
    }

    private let method: Method
    private let timeBase: Rational
    private let isPermanent: Bool
    private var graph: PictureFilter?

    /// - Parameters:
    ///   - timeBase: seconds per tick of the frames' times.
    ///   - isPermanent: every frame goes through the filter from the first one on, so that what comes out does not depend
    ///     on where the work began.
    public init(method: Method = .yadif, timeBase: Rational, isPermanent: Bool = false) {
        self.method = method
        self.timeBase = timeBase
        self.isPermanent = isPermanent
    }

    /// Whether frames go through the filter now, and so come out one frame late.
    public var isActive: Bool { graph != nil }

    /// The pictures that are ready: none (the first one), one, or several after a change of format.
    public func process(_ frame: Frame) throws -> [Frame] {
        let format = FrameFormat(frame)
        if let graph {
            if graph.format == format { return try graph.process(frame) }
            let rest = try flush()
            return rest + (try process(frame))
        }
        guard isPermanent || frame.isInterlaced else { return [frame] }
        // bwdif's default would double the frame rate.
        let filter = "\(method.rawValue)=mode=send_frame:parity=auto:deint=interlaced"
        let graph = try PictureFilter(filter, timeBase: timeBase, like: frame)
        self.graph = graph
        return try graph.process(frame)
    }

    /// The frame that is held back, if any. Afterwards the filter is out of the way until it is needed again.
    public func flush() throws -> [Frame] {
        defer { graph = nil }
        return try graph?.drain() ?? []
    }
}
