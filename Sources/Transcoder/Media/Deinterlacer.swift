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
    private var graph: Graph?

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
        let graph = try Graph(method: method, timeBase: timeBase, like: frame)
        self.graph = graph
        return try graph.process(frame)
    }

    /// The frame that is held back, if any. Afterwards the filter is out of the way until it is needed again.
    public func flush() throws -> [Frame] {
        defer { graph = nil }
        return try graph?.drain() ?? []
    }
}

private struct FrameFormat: Hashable {
    let width: Int
    let height: Int
    let pixels: Int32
    let sampleAspectRatio: Rational?

    init(_ frame: Frame) {
        width = frame.width
        height = frame.height
        pixels = frame.pixelFormat
        sampleAspectRatio = frame.sampleAspectRatio
    }
}

/// One filter graph. Owns the graph; its filters belong to it.
private final class Graph {
    let format: FrameFormat
    private var graph: UnsafeMutablePointer<AVFilterGraph>?
    private var source: UnsafeMutablePointer<AVFilterContext>?
    private var sink: UnsafeMutablePointer<AVFilterContext>?
    private let timeBase: AVRational

    init(method: Deinterlacer.Method, timeBase: Rational, like frame: Frame) throws {
        format = FrameFormat(frame)
        self.timeBase = timeBase.libav
        graph = try LibavError.allocated(avfilter_graph_alloc(), "avfilter_graph_alloc")
        // bwdif's default would double the frame rate.
        let filter = "\(method.rawValue)=mode=send_frame:parity=auto:deint=interlaced"
        let result = dash_video_graph(graph, frame.pointer, self.timeBase, filter, &source, &sink)
        if result < 0 {
            avfilter_graph_free(&graph)
            throw LibavError(result, in: "avfilter_graph_config")
        }
    }

    deinit { avfilter_graph_free(&graph) }

    func process(_ frame: Frame) throws -> [Frame] {
        let copy = Frame(adopting: try frame.reference())
        copy.pointer.pointee.pts = frame.pts ?? dash_no_pts()
        try LibavError.check(av_buffersrc_add_frame(source, copy.pointer), "av_buffersrc_add_frame")
        return try receive()
    }

    func drain() throws -> [Frame] {
        try LibavError.check(av_buffersrc_add_frame(source, nil), "av_buffersrc_add_frame")
        return try receive()
    }

    private func receive() throws -> [Frame] {
        var frames: [Frame] = []
        while true {
            let frame = Frame(adopting: try Frame.allocate())
            let result = av_buffersink_get_frame(sink, frame.pointer)
            if result == dash_error_again() || result == dash_error_eof() { return frames }
            try LibavError.check(result, "av_buffersink_get_frame")
            restoreTime(of: frame.pointer)
            frames.append(frame)
        }
    }

    /// The filter halves its time base to have room for double rate (MEDIA.md §2).
    private func restoreTime(of frame: UnsafeMutablePointer<AVFrame>) {
        let pts = frame.pointee.pts
        if pts != dash_no_pts() {
            frame.pointee.pts = av_rescale_q(pts, av_buffersink_get_time_base(sink), timeBase)
        }
        frame.pointee.best_effort_timestamp = frame.pointee.pts
    }
}
