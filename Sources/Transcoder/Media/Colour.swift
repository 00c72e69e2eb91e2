import CLibav

/// The colour systems that we deliver: always 8 bit, limited range.
public enum Colour: String, Sendable, Hashable, CaseIterable {
    case bt709
    /// BT.601 with 625-line primaries (PAL).
    case bt601Lines625
    /// BT.601 with 525-line primaries (NTSC).
    case bt601Lines525

    var primaries: AVColorPrimaries {
        switch self {
        case .bt709: AVCOL_PRI_BT709
        case .bt601Lines625: AVCOL_PRI_BT470BG
        case .bt601Lines525: AVCOL_PRI_SMPTE170M
        }
    }
    var transfer: AVColorTransferCharacteristic { self == .bt709 ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M }
    var matrix: AVColorSpace {
        switch self {
        case .bt709: AVCOL_SPC_BT709
        case .bt601Lines625: AVCOL_SPC_BT470BG
        case .bt601Lines525: AVCOL_SPC_SMPTE170M
        }
    }
    /// swscale knows matrices only.
    var swscaleMatrix: Int32 { self == .bt709 ? SWS_CS_ITU709 : SWS_CS_ITU601 }
}

/// What a decoded picture says about its colours.
public struct SourceColour: Sendable, Hashable {
    /// libav's `AVColorSpace`; unspecified is filled in by size, as players do: 720 lines and more are BT.709.
    let matrix: Int32
    /// 0…255 instead of 16…235.
    public let isFullRange: Bool
    public let transfer: Transfer
    /// What to deliver such a picture in: its own system if that is one of ours, else BT.709.
    public let delivered: Colour

    /// How light is coded. Films are tone-mapped (`ToneMapper`); live shows HDR as it is.
    public enum Transfer: String, Sendable, Hashable { case sdr, pq, hlg }
    public var isHDR: Bool { transfer != .sdr }

    init(_ frame: UnsafePointer<AVFrame>) {
        let picture = frame.pointee
        transfer =
            picture.color_trc == AVCOL_TRC_SMPTE2084 ? .pq : picture.color_trc == AVCOL_TRC_ARIB_STD_B67 ? .hlg : .sdr
        isFullRange = picture.color_range == AVCOL_RANGE_JPEG || Self.isFullRangeFormat(picture.format)
        switch picture.colorspace {
        case AVCOL_SPC_BT470BG: delivered = .bt601Lines625
        case AVCOL_SPC_SMPTE170M, AVCOL_SPC_FCC: delivered = .bt601Lines525
        case AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_RESERVED: delivered = Self.colour(lines: Int(picture.height))
        default: delivered = .bt709
        }
        switch picture.colorspace {
        case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: matrix = SWS_CS_BT2020
        case AVCOL_SPC_SMPTE240M: matrix = SWS_CS_SMPTE240M
        default: matrix = delivered == .bt709 ? SWS_CS_ITU709 : SWS_CS_ITU601
        }
    }

    private static func colour(lines: Int) -> Colour {
        if lines >= 720 { return .bt709 }
        return lines > 486 ? .bt601Lines625 : .bt601Lines525
    }

    private static func isFullRangeFormat(_ format: Int32) -> Bool {
        [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P]
            .contains { $0.rawValue == format }
    }
}
