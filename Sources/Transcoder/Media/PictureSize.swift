/// The size of a picture with square samples and even sides.
public struct PictureSize: Sendable, Hashable {
    public let width: Int
    public let height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The picture of `frame` at `height` lines, its shape as displayed (MEDIA.md §2, SAR). Never larger than it is:
    /// a lower source keeps its lines.
    public init(of frame: Frame, height: Int) {
        self.init(
            sourceWidth: frame.width, sourceHeight: frame.height, sampleAspectRatio: frame.sampleAspectRatio,
            height: height)
    }

    public init(sourceWidth: Int, sourceHeight: Int, sampleAspectRatio: Rational?, height: Int) {
        let lines = max(2, min(height, sourceHeight) & ~1)
        let shape = Self.plausible(sampleAspectRatio)
        let width = Double(sourceWidth) * shape / Double(max(1, sourceHeight)) * Double(lines)
        self.init(width: max(2, Int((width / 2).rounded()) * 2), height: lines)
    }

    /// Broken sources claim absurd shapes; those count as square.
    private static func plausible(_ ratio: Rational?) -> Double {
        guard let ratio, (0.2...5).contains(ratio.value) else { return 1 }
        return ratio.value
    }
}
