import Contracts
import Media

/// What x264 is told for each rung: the one place that decides quality and cost.
///
/// Found with `./dash bench tune` on 10.56 s of 720p25 animation (the footage of `./dash bench live`), interleaved with the
/// `ffmpeg` 5.1 command line doing the ladder with veryfast, crf 23 and the same caps. All rungs: one thread, a cap of
/// `videoBitrate` over one second. CPU seconds with decoding and scaling, on a shared machine: only ratios count.
///
/// | | CPU s | bytes 720 / 480 / 360 (thousand) | VMAF 720 / 480 / 360 |
/// | --- | --- | --- | --- |
/// | `ffmpeg` veryfast, bicubic | 10.9 | 2070 / 1090 / 721 | 90.6 / 83.1 / 75.1 |
/// | ours, veryfast crf 23 in all rungs | 10.6 | 2094 / 1154 / 754 | 90.6 / 84.1 / 77.0 |
/// | superfast + lookahead, crf 23 in all rungs | 6.3 | 2123 / 1251 / 804 | 90.2 / 84.0 / 75.7 |
/// | **as below** | **7.3** | **2123 / 1100 / 713** | **90.2 / 83.2 / 75.4** |
/// | as below with reduced effort | 4.5 | 2404 / 1298 / 802 | 87.3 / 78.3 / 67.2 |
///
/// What each choice buys:
/// - `superfast` with `rc-lookahead=10:mbtree=1:aq-mode=1` is 0.6 of veryfast's CPU for 0.4 VMAF at 720p: mbtree is most of what
///   that preset leaves out, and the lookahead keeps the cap from starving hard scenes. 20 frames of lookahead buy nothing more.
/// - `subme=2` at 480p and below costs 0.15 s a rung and saves 9 % of its bytes. At 720p it costs ten times that.
/// - Lanczos in a cascade gives 1 VMAF at 480p and 2 at 360p. A higher crf turns that into bytes: hence 23.4 and 23.7.
public enum EncoderTuning {
    public enum Effort: Sendable, CaseIterable {
        case normal
        /// A third less CPU for the ladder, at the price of the table's last line: the first step of shedding (DESIGN §5.8).
        /// The headers are the same to the bit, so no player has to start afresh.
        case reduced
    }

    public static func parameters(
        _ rendition: Rendition, size: PictureSize, frameRate: Rational, colour: Colour, effort: Effort
    ) -> VideoEncoderParameters {
        VideoEncoderParameters(
            size: size, frameRate: frameRate, colour: colour,
            rateFactor: rateFactor(lines: rendition.height) + (effort == .reduced ? 2 : 0),
            maxRate: rendition.videoBitrate, bufferSize: rendition.videoBitrate,
            preset: effort == .reduced ? "ultrafast" : "superfast",
            options: effort == .reduced ? reduced : normal(lines: rendition.height))
    }

    private static func rateFactor(lines: Int) -> Double {
        switch lines {
        case 600...: 23
        case 420...: 23.4
        default: 23.7
        }
    }

    private static func normal(lines: Int) -> [String: String] {
        var options = ["rc-lookahead": "10", "mbtree": "1", "aq-mode": "1"]
        if lines < 600 { options["subme"] = "2" }
        return options
    }

    /// The first five are what ultrafast leaves out and the headers tell (SPS and PPS); the last two keep it watchable.
    private static let reduced = [
        "cabac": "1", "8x8dct": "1", "bframes": "3", "weightp": "1", "weightb": "1",
        "aq-mode": "1", "deblock": "0,0",
    ]
}
