import CLibav

/// What a file's container, and the first packets, tell of a stream beyond its `StreamDescription`.
public struct StreamDetails: Sendable, Hashable {
    /// `High`, `Main 10`, `LC` …
    public let profile: String?
    /// Bits per sample of the picture; 8 if unknown.
    public let bitDepth: Int
    /// Chroma has half the lines and columns.
    public let is420: Bool
    /// The container or the bit stream says that there are fields.
    public let hasFields: Bool
    /// Degrees clockwise: 0, 90, 180 or 270.
    public let rotation: Int
    /// Pictures that are decoded before the first is shown.
    public let reorderedPictures: Int
    /// Samples per packet, 0 = it varies or is unknown.
    public let frameSamples: Int
    /// Times in the stream's time base, as the container gives them.
    public let start: Int64?
    public let duration: Int64?
    /// Pictures that the header promises; 0 = it does not say.
    public let frameCount: Int64
    public let title: String?
    public let isSubtitle: Bool
    /// Words, not pictures.
    public let isText: Bool
    public let isForced: Bool
    public let isEncrypted: Bool
    /// What decoders need before the first packet.
    public let extradata: [UInt8]
}

extension StreamDetails {
    init(_ pointer: UnsafePointer<AVStream>) {
        let stream = pointer.pointee
        let parameters = stream.codecpar.pointee
        let pixels = av_pix_fmt_desc_get(AVPixelFormat(rawValue: parameters.format))
        let isVideo = parameters.codec_type == AVMEDIA_TYPE_VIDEO
        let name = avcodec_profile_name(parameters.codec_id, parameters.profile)
        let properties = avcodec_descriptor_get(parameters.codec_id)?.pointee.props ?? 0
        profile = name.map { String(cString: $0) }
        bitDepth = isVideo ? (pixels.map { Int($0.pointee.comp.0.depth) } ?? 8) : 0
        is420 = isVideo && pixels.map { $0.pointee.log2_chroma_w == 1 && $0.pointee.log2_chroma_h == 1 } ?? true
        hasFields =
            parameters.field_order.rawValue > AV_FIELD_PROGRESSIVE.rawValue
        rotation = isVideo ? Int(dash_stream_rotation(pointer)) : 0
        reorderedPictures = isVideo ? Int(max(0, parameters.video_delay)) : 0
        frameSamples = Int(parameters.frame_size)
        start = stream.start_time == dash_no_pts() ? nil : stream.start_time
        duration = Self.duration(stream)
        frameCount = max(0, stream.nb_frames)
        title = Self.text(stream.metadata, "title")
        isSubtitle = parameters.codec_type == AVMEDIA_TYPE_SUBTITLE
        isText = isSubtitle && properties & Int32(AV_CODEC_PROP_TEXT_SUB) != 0
        isForced = stream.disposition & AV_DISPOSITION_FORCED != 0
        isEncrypted = dash_stream_is_encrypted(pointer) != 0
        extradata = Array(UnsafeBufferPointer(start: parameters.extradata, count: Int(parameters.extradata_size)))
    }

    /// Matroska has a stream's own length only in its tags.
    private static func duration(_ stream: AVStream) -> Int64? {
        if stream.duration != dash_no_pts(), stream.duration > 0 { return stream.duration }
        guard let tag = text(stream.metadata, "DURATION") else { return nil }
        let parts = tag.split(separator: ":").compactMap { Double($0) }
        guard parts.count == 3, stream.time_base.num > 0 else { return nil }
        let seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
        let ticks = seconds * Double(stream.time_base.den) / Double(stream.time_base.num)
        return (1..<1e15).contains(ticks) ? Int64(ticks.rounded()) : nil
    }

    private static func text(_ metadata: OpaquePointer?, _ key: String) -> String? {
        guard let entry = av_dict_get(metadata, key, nil, 0), let value = entry.pointee.value else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : String(text.prefix(200))
    }
}
