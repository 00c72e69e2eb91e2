import Media

/// A picture on the output line, with the sizes that were made of it so far, for showing it again. Engine thread.
final class ShownPicture {
    let source: Frame
    fileprivate var scaled: [String: Frame] = [:]

    init(_ source: Frame) { self.source = source }
}

/// Scales pictures to the rungs: the largest from the source, each next one from the one above (MEDIA.md §4.1).
/// Engine thread.
final class PictureCascade {
    private let rungs: [Rung]
    private let colour: Colour
    private var scalers: [String: Scaler] = [:]

    init(format: LiveFormat) {
        rungs = format.rungs
        colour = format.colour
    }

    /// The picture in the sizes of these rungs, best first.
    func frames(of picture: ShownPicture, for names: [String]) throws -> [(name: String, frame: Frame)] {
        var above = picture.source
        return try rungs.filter { names.contains($0.name) }.map { rung in
            let frame = try picture.scaled[rung.name] ?? scaler(rung).scale(above)
            picture.scaled[rung.name] = frame
            above = frame
            return (rung.name, frame)
        }
    }

    private func scaler(_ rung: Rung) throws -> Scaler {
        if let scaler = scalers[rung.name] { return scaler }
        let scaler = try Scaler(size: rung.size, colour: colour)
        scalers[rung.name] = scaler
        return scaler
    }
}
