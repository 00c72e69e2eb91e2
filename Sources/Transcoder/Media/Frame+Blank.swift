import CLibav

extension Frame {
    /// A black picture, ready for an encoder of that size and colour.
    public static func black(_ size: PictureSize, colour: Colour) throws -> Frame {
        let frame = try FramePool(size: size).take()
        dash_frame_fill_black(frame)
        frame.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        frame.pointee.color_range = AVCOL_RANGE_MPEG
        frame.pointee.colorspace = colour.matrix
        return Frame(adopting: frame)
    }
}
