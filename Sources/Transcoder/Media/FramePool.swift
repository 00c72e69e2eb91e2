import CLibav

/// Picture memory of one size, used again and again.
///
/// It holds as many pictures as were ever out at once, no more: the queues of its user are its bound. Frames may outlive
/// the pool and may be released on any thread (AVBufferPool locks).
final class FramePool {
    let size: PictureSize
    private var pool: OpaquePointer?

    init(size: PictureSize) throws(LibavError) {
        self.size = size
        let bytes = dash_picture_bytes(AV_PIX_FMT_YUV420P, Int32(size.width), Int32(size.height))
        try LibavError.check(bytes, "av_image_get_buffer_size")
        pool = av_buffer_pool_init(Int(bytes), nil)
        guard pool != nil else { throw LibavError(.outOfMemory, in: "av_buffer_pool_init") }
    }

    deinit { av_buffer_pool_uninit(&pool) }

    /// A picture with undefined contents, owned by the caller.
    func take() throws(LibavError) -> UnsafeMutablePointer<AVFrame> {
        let frame = try Frame.allocate()
        let result = dash_frame_from_pool(frame, pool, AV_PIX_FMT_YUV420P, Int32(size.width), Int32(size.height))
        if result < 0 {
            var owned: UnsafeMutablePointer<AVFrame>? = frame
            av_frame_free(&owned)
            throw LibavError(result, in: "av_buffer_pool_get")
        }
        return frame
    }
}
