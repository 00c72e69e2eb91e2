import CLibav

/// Which build of the libraries this process runs with: encoders of other builds make other bytes.
public enum LibavVersion {
    public static let text =
        "\(avformat_version()) \(avcodec_version()) \(avfilter_version()) \(swscale_version()) \(swresample_version())"

    public static let architecture: String = {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "other"
        #endif
    }()
}
