import CLibav

/// One decoded picture or block of sound.
///
/// `@unchecked Sendable`: the AVFrame is referenced only here and never changed after `init`; its planes are
/// reference-counted by libav with atomic counters and nobody in this folder writes to a frame that was handed out.
/// `retimed` and the encoders work on new references.
public final class Frame: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<AVFrame>

    /// Takes over `pointer`, whose planes must be reference-counted.
    init(adopting pointer: UnsafeMutablePointer<AVFrame>) {
        self.pointer = pointer
    }

    deinit {
        var owned: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&owned)
    }

    static func allocate() throws(LibavError) -> UnsafeMutablePointer<AVFrame> {
        try LibavError.allocated(av_frame_alloc(), "av_frame_alloc")
    }

    /// A second reference to the same planes, to be changed by whoever asked for it.
    func reference() throws(LibavError) -> UnsafeMutablePointer<AVFrame> {
        try LibavError.allocated(av_frame_clone(pointer), "av_frame_clone")
    }

    /// Presentation time in the stream's time base: the frame's own, else libav's best guess.
    public var pts: Int64? {
        let best = pointer.pointee.best_effort_timestamp
        if pointer.pointee.pts != dash_no_pts() { return pointer.pointee.pts }
        return best == dash_no_pts() ? nil : best
    }
    /// Ticks of the stream's time base; 0 = unknown.
    public var duration: Int64 { dash_frame_duration(pointer) }
    public var isKey: Bool { dash_frame_is_key(pointer) != 0 }
    /// The decoder had to conceal something.
    public var isCorrupt: Bool {
        dash_frame_is_corrupt(pointer) != 0 || pointer.pointee.decode_error_flags != 0
    }

    /// The same planes with another time.
    public func retimed(pts: Int64?) throws -> Frame {
        let copy = try reference()
        copy.pointee.pts = pts ?? dash_no_pts()
        copy.pointee.best_effort_timestamp = copy.pointee.pts
        return Frame(adopting: copy)
    }
}

// MARK: Pictures

extension Frame {
    public var width: Int { Int(pointer.pointee.width) }
    public var height: Int { Int(pointer.pointee.height) }
    /// libav's number of the pixel format; only good for comparing.
    public var pixelFormat: Int32 { pointer.pointee.format }
    /// Width of a sample over its height; nil = unknown, taken as square.
    public var sampleAspectRatio: Rational? { Rational(known: pointer.pointee.sample_aspect_ratio) }
    public var isInterlaced: Bool { dash_frame_is_interlaced(pointer) != 0 }
    public var isTopFieldFirst: Bool { dash_frame_is_top_field_first(pointer) != 0 }
    /// Extra fields that the picture is to be shown for (soft telecine).
    public var repeatedFields: Int { Int(pointer.pointee.repeat_pict) }
    public var colour: SourceColour { SourceColour(pointer) }
}

// MARK: Sound

extension Frame {
    /// Samples per channel.
    public var samples: Int { Int(pointer.pointee.nb_samples) }
    public var sampleRate: Int { Int(pointer.pointee.sample_rate) }
    public var channels: Int { Int(pointer.pointee.ch_layout.nb_channels) }
}
