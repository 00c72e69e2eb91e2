import CLibav

extension StreamDescription {
    init(_ pointer: UnsafePointer<AVStream>) {
        let stream = pointer.pointee
        let parameters = stream.codecpar.pointee
        let special =
            AV_DISPOSITION_VISUAL_IMPAIRED | AV_DISPOSITION_HEARING_IMPAIRED | AV_DISPOSITION_COMMENT
            | AV_DISPOSITION_DEPENDENT
        self.init(
            index: Int(stream.index),
            id: Int(stream.id),
            kind: Kind(parameters.codec_type),
            codecID: parameters.codec_id.rawValue,
            codec: String(cString: avcodec_get_name(parameters.codec_id)),
            isDecodable: avcodec_find_decoder(parameters.codec_id) != nil,
            timeBase: Rational(stream.time_base),
            language: Self.language(stream.metadata),
            averageFrameRate: Rational(known: stream.avg_frame_rate),
            realFrameRate: Rational(known: stream.r_frame_rate),
            width: Int(parameters.width),
            height: Int(parameters.height),
            sampleAspectRatio: Rational(known: parameters.sample_aspect_ratio),
            channels: Int(parameters.ch_layout.nb_channels),
            sampleRate: Int(parameters.sample_rate),
            bitRate: Int(parameters.bit_rate),
            isDefault: stream.disposition & AV_DISPOSITION_DEFAULT != 0,
            isSpecialPurpose: stream.disposition & special != 0,
            isAttachedPicture: stream.disposition & AV_DISPOSITION_ATTACHED_PIC != 0)
    }

    private static func language(_ metadata: OpaquePointer?) -> String? {
        guard let entry = av_dict_get(metadata, "language", nil, 0), let value = entry.pointee.value else { return nil }
        let tag = String(cString: value).prefix(while: { $0.isASCII && $0.isLetter }).lowercased()
        return tag.isEmpty ? nil : tag
    }
}

extension StreamDescription.Kind {
    fileprivate init(_ type: AVMediaType) {
        switch type {
        case AVMEDIA_TYPE_VIDEO: self = .video
        case AVMEDIA_TYPE_AUDIO: self = .audio
        default: self = .other
        }
    }
}
