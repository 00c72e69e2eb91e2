import CLibav

/// One filter graph for pictures of one size and format. Owns the graph; its filters belong to it. One thread at a time.
final class PictureFilter {
    let format: FrameFormat
    private var graph: UnsafeMutablePointer<AVFilterGraph>?
    private var source: UnsafeMutablePointer<AVFilterContext>?
    private var sink: UnsafeMutablePointer<AVFilterContext>?
    private let timeBase: AVRational

    /// - Parameter filter: in libavfilter's words. Throws if this build does not have it.
    init(_ filter: String, timeBase: Rational, like frame: Frame) throws {
        format = FrameFormat(frame)
        self.timeBase = timeBase.libav
        graph = try LibavError.allocated(avfilter_graph_alloc(), "avfilter_graph_alloc")
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

    /// Some filters halve the time base to have room for double rate (MEDIA.md §2).
    private func restoreTime(of frame: UnsafeMutablePointer<AVFrame>) {
        let pts = frame.pointee.pts
        if pts != dash_no_pts() {
            frame.pointee.pts = av_rescale_q(pts, av_buffersink_get_time_base(sink), timeBase)
        }
        frame.pointee.best_effort_timestamp = frame.pointee.pts
    }
}

/// What a graph is built for.
struct FrameFormat: Hashable {
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
