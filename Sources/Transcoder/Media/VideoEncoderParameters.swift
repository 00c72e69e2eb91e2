/// All that decides how a rung is encoded.
public struct VideoEncoderParameters: Sendable, Hashable {
    public var size: PictureSize
    public var frameRate: Rational
    public var colour: Colour
    /// Constant rate factor, 0…51: the quality that easy content gets.
    public var rateFactor: Double
    /// Bits per second that no second (of `bufferSize`) exceeds.
    public var maxRate: Int
    /// Bits. One second of `maxRate` keeps the peaks of independent segments legal (MEDIA.md §1.4).
    public var bufferSize: Int
    /// An x264 preset, `ultrafast` … `placebo`.
    public var preset: String
    /// x264's own parameters on top of the preset, by their x264 names.
    public var options: [String: String]
    /// H.264 level times ten; nil = the lowest that fits the size and rate, 3.0 at least.
    public var level: Int?
    /// The same pictures give the same bytes every time. Costs a little where the processor has AVX-512: x264's macroblock
    /// tree is not exact there (0.164; found by encoding the same pictures five times, MEDIA.md §1.4 promises otherwise).
    public var isReproducible = false
    /// Pictures that are encoded side by side. With more than one, what the cap does depends on how far each of them happens to
    /// be (x264 0.164 looks at their sizes so far), so only without a cap is the result `isReproducible`.
    public var threads = 1
    /// `false`: the rate factor alone decides; `maxRate` only counts for the level.
    public var isCapped = true

    public init(
        size: PictureSize, frameRate: Rational, colour: Colour, rateFactor: Double, maxRate: Int, bufferSize: Int,
        preset: String, options: [String: String] = [:], level: Int? = nil
    ) {
        self.size = size
        self.frameRate = frameRate
        self.colour = colour
        self.rateFactor = rateFactor
        self.maxRate = maxRate
        self.bufferSize = bufferSize
        self.preset = preset
        self.options = options
        self.level = level
    }

    /// The level that is used, times ten (H.264 table A-1).
    public var effectiveLevel: Int {
        level ?? H264Level.lowest(size: size, frameRate: frameRate, bitRate: maxRate).timesTen
    }

    /// RFC 6381, for playlists: High profile, no constraint flags. Known before the first picture.
    public var codecs: String {
        let level = effectiveLevel
        let digits = String(level, radix: 16)
        return "avc1.6400" + (digits.count < 2 ? "0" + digits : digits)
    }
}
