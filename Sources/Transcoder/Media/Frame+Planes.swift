import CLibav

extension Frame {
    /// Lends one plane of a picture, line by line `stride` bytes apart. The pointer is good only inside `body`.
    ///
    /// Throws `badArgument` for a plane that the picture does not have.
    public func plane<Result>(_ plane: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) throws -> Result {
        let stride = try stride(plane)
        let description = av_pix_fmt_desc_get(AVPixelFormat(rawValue: pixelFormat))
        let shift = plane == 1 || plane == 2 ? Int(description?.pointee.log2_chroma_h ?? 0) : 0
        let lines = -(-height >> shift)
        let start = dash_frame_plane(pointer, Int32(plane))
        return try body(UnsafeBufferPointer(start: start, count: stride * lines))
    }

    /// Bytes from one line of a plane to the next.
    public func stride(_ plane: Int) throws -> Int {
        guard width > 0, dash_frame_plane(pointer, Int32(plane)) != nil, dash_frame_stride(pointer, Int32(plane)) > 0
        else {
            throw LibavError(.badArgument, in: "Frame.plane")
        }
        return Int(dash_frame_stride(pointer, Int32(plane)))
    }
}
