import CLibav

/// What a file of a picture is, by its first bytes: what a server calls it counts for nothing.
enum StillFormat: Sendable, CaseIterable {
    case jpeg, png, gif, webp, bmp

    init?(_ file: [UInt8]) {
        let found = Self.allCases.first { format in
            format.signatures.contains { signature in
                file.count >= signature.count && zip(file, signature).allSatisfy { $1 == nil || $0 == $1 }
            }
        }
        guard let found else { return nil }
        self = found
    }

    /// `nil` stands for any byte.
    private var signatures: [[UInt8?]] {
        switch self {
        case .jpeg: [[0xff, 0xd8, 0xff]]
        case .png: [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]
        case .gif: [Array("GIF87a".utf8), Array("GIF89a".utf8)]
        case .webp: [Array("RIFF".utf8) + [nil, nil, nil, nil] + Array("WEBP".utf8)]
        case .bmp: [Array("BM".utf8)]
        }
    }

    var codec: AVCodecID {
        switch self {
        case .jpeg: AV_CODEC_ID_MJPEG
        case .png: AV_CODEC_ID_PNG
        case .gif: AV_CODEC_ID_GIF
        case .webp: AV_CODEC_ID_WEBP
        case .bmp: AV_CODEC_ID_BMP
        }
    }
}
