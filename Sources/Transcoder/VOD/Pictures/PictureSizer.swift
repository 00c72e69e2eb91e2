import Contracts
import Media

/// A source picture in one delivered size. The delivered shape is the film's; pictures of another shape get black bars.
///
/// Every size is made from the source picture itself: a chain from one size to the next would make a rendition's bytes depend
/// on which others were made along with it (DESIGN §5.3). One thread at a time.
final class PictureSizer {
    private let size: PictureSize
    private let colour: Colour
    private var scalers: [PictureSize: Scaler] = [:]
    private var letterbox: Letterbox?
    private let turner: PictureTurner?
    private var last: (source: Frame, result: Frame)?
    private var blackFrame: Frame?

    /// How far shapes may differ without bars.
    private static let tolerance = 0.02

    init(size: PictureSize, colour: Colour, video: FilmInfo.Video) {
        self.size = size
        self.colour = colour
        let lying = video.rotation % 180 == 0 ? size : PictureSize(width: size.height, height: size.width)
        let isBright = video.transfer != SourceColour.Transfer.sdr.rawValue && PictureTurner.canToneMap
        turner =
            isBright || video.rotation != 0
            ? PictureTurner(rotation: video.rotation, toneMapped: isBright ? lying : nil) : nil
    }

    /// Nil = black.
    func frame(of source: Frame?) throws -> Frame {
        guard let source else { return try black() }
        // A repeated picture is not scaled again.
        if let last, last.source === source { return last.result }
        let result = try fitted(turner?.turn(source) ?? source)
        last = (source, result)
        return result
    }

    private func black() throws -> Frame {
        if let blackFrame { return blackFrame }
        let frame = try Frame.black(size, colour: colour)
        blackFrame = frame
        return frame
    }

    private func fitted(_ frame: Frame) throws -> Frame {
        let shape = Double(frame.width) * Self.sample(frame) / Double(max(1, frame.height))
        let wanted = Double(size.width) / Double(size.height)
        guard abs(shape / wanted - 1) > Self.tolerance else { return try scaler(size).scale(frame) }
        let letterbox = try letterbox ?? Letterbox(size: size, colour: colour)
        self.letterbox = letterbox
        return try letterbox.frame(around: scaler(letterbox.inner(shape: shape)).scale(frame))
    }

    private func scaler(_ size: PictureSize) throws -> Scaler {
        if let scaler = scalers[size] { return scaler }
        // A source that keeps changing its shape must not fill the memory.
        if scalers.count >= 8 { scalers = [:] }
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
