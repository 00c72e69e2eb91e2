import CLibav

extension Frame {
    /// Silence of the same rate, format and channels as another block of sound.
    public static func silence(like other: Frame, samples: Int) throws -> Frame {
        let frame = Frame(adopting: try allocate())
        try LibavError.check(
            dash_frame_silence(frame.pointer, other.pointer, Int32(clamping: samples)), "av_frame_get_buffer")
        return frame
    }
}
