import CLibav

/// Makes pictures upright, and dark from bright: what must happen to some films before their pictures are sized.
///
/// HDR (PQ, HLG) is tone-mapped to BT.709 by zscale's linear light and Hable's curve, at the size that is wanted, because
/// floating-point pictures are dear (MEDIA.md §2). Frames come out one by one, at once. One thread at a time.
public final class PictureTurner {
    private let rotation: Int
    /// Of the picture before it is turned; nil: no tone mapping.
    private let toneMapped: PictureSize?
    private var filter: PictureFilter?

    /// - Parameters:
    ///   - rotation: degrees clockwise: 0, 90, 180 or 270.
    ///   - toneMapped: the size after tone mapping, as the picture lies; nil for films of normal brightness.
    public init(rotation: Int, toneMapped: PictureSize?) {
        self.rotation = rotation
        self.toneMapped = toneMapped
    }

    /// Whether this build of libavfilter can do tone mapping.
    public static var canToneMap: Bool {
        avfilter_get_by_name("zscale") != nil && avfilter_get_by_name("tonemap") != nil
    }

    public func turn(_ frame: Frame) throws -> Frame {
        let description = description
        guard !description.isEmpty else { return frame }
        let format = FrameFormat(frame)
        if filter?.format != format {
            filter = try PictureFilter(description, timeBase: Rational(1, 90_000), like: frame)
        }
        guard let turned = try filter?.process(frame).last else { throw LibavError(.other, in: "PictureTurner") }
        return turned
    }

    private var description: String {
        var filters: [String] = []
        if let size = toneMapped {
            filters += [
                "zscale=w=\(size.width):h=\(size.height):f=lanczos:t=linear:npl=203", "format=gbrpf32le",
                "zscale=p=bt709", "tonemap=hable:desat=0", "zscale=t=bt709:m=bt709:r=tv", "format=yuv420p",
                "setsar=1",
            ]
        }
        switch rotation {
        case 90: filters.append("transpose=clock")
        case 180: filters += ["hflip", "vflip"]
        case 270: filters.append("transpose=cclock")
        default: break
        }
        return filters.joined(separator: ",")
    }
}
