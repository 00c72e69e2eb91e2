import Media

/// A picture on the output line, with the sizes that were made of it so far, for showing it again. Engine thread.
final class ShownPicture {
    let source: Frame
    fileprivate var scaled: [String: Frame] = [:]

    init(_ source: Frame) { self.source = source }
}

/// Scales pictures to the rungs: the largest from the source, each next one from the one above (MEDIA.md §4.1).
///
/// The delivered shape is that of the first pictures. Pictures of another shape get black bars. Engine thread.
final class PictureCascade {
    private let rungs: [Rung]
    private let colour: Colour
    private var scalers: [PictureSize: Scaler] = [:]
    private var letterboxes: [PictureSize: Letterbox] = [:]

    /// How far shapes may differ without bars.
    private static let tolerance = 0.02

    init(format: LiveFormat) {
        rungs = format.rungs
        colour = format.colour
    }

    /// The picture in the sizes of these rungs, best first.
    func frames(of picture: ShownPicture, for names: [String]) throws -> [(name: String, frame: Frame)] {
        var above = picture.source
        return try rungs.filter { names.contains($0.name) }.map { rung in
            let frame = try picture.scaled[rung.name] ?? fitted(above, to: rung.size)
            picture.scaled[rung.name] = frame
            above = frame
            return (rung.name, frame)
        }
    }

    private func fitted(_ frame: Frame, to size: PictureSize) throws -> Frame {
        let shape = Double(frame.width) * Self.sample(frame) / Double(max(1, frame.height))
        let wanted = Double(size.width) / Double(size.height)
        guard abs(shape / wanted - 1) > Self.tolerance else { return try scaler(size).scale(frame) }
        let letterbox = try letterboxes[size] ?? Letterbox(size: size, colour: colour)
        letterboxes[size] = letterbox
        let inner = letterbox.inner(shape: shape)
        return try letterbox.frame(around: scaler(inner).scale(frame))
    }

    private func scaler(_ size: PictureSize) throws -> Scaler {
        if let scaler = scalers[size] { return scaler }
        // Few sizes are in use at a time; a source that keeps changing must not fill the memory.
        if scalers.count >= 8 * rungs.count { scalers = [:] }
        let scaler = try Scaler(size: size, colour: colour)
        scalers[size] = scaler
        return scaler
    }

    /// Width of a sample over its height; absurd ones count as square, as in `PictureSize`.
    private static func sample(_ frame: Frame) -> Double {
        guard let ratio = frame.sampleAspectRatio?.value, (0.2...5).contains(ratio) else { return 1 }
        return ratio
    }
}
