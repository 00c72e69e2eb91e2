import Contracts
import Live
import Media

/// How films are encoded: the ladder and what the encoders are told. A change here changes every film's version.
public enum FilmEncoding {
    /// Goes up with any change of the engine that changes a segment's bytes and is not seen in `fingerprint` otherwise.
    static let build = 4

    static let ladder = FilmLadder.standard
    /// Bits per second of the sound of the leanest rendition.
    static let leanestSound = ladder.map(\.audioBitrate).min() ?? 64_000
    /// Samples per second of silence for a film without sound.
    static let silentRate = 48_000

    static func parameters(_ rung: Rendition, _ track: LiveStreamInfo.Track, _ info: FilmInfo) -> VideoEncoderParameters
    {
        var parameters = EncoderTuning.parameters(
            rung, size: PictureSize(width: track.width, height: track.height), frameRate: frameRate(info.grid),
            colour: Colour(rawValue: info.video.colour) ?? .bt709, effort: .normal)
        parameters.isReproducible = true
        // Large pictures take two cores: a viewer who jumps waits for a segment as long as it takes.
        if rung.height >= parallelLines { (parameters.threads, parameters.isCapped) = (2, false) }
        return parameters
    }

    /// From so many lines on, pictures are encoded side by side.
    private static let parallelLines = 720

    /// Bytes of pictures that a segment may have: what its rung's cap lets through, with a buffer that begins nine tenths full, as
    /// x264 reckons. A segment that was encoded without a cap and has more is made again with one.
    static func mostBytes(_ parameters: VideoEncoderParameters, ticks: Int64) -> Int {
        let seconds = Double(ticks) / Double(FilmGrid.ticksPerSecond)
        return Int((Double(parameters.maxRate) * seconds + 0.9 * Double(parameters.bufferSize)) / 8)
    }

    static func frameRate(_ grid: FilmGrid) -> Rational {
        Rational(Int(grid.rateNumerator), Int(grid.rateDenominator))
    }

    /// Bits per second of sound with a playlist of its own. In a group it goes with all variants, so it is as good as the best
    /// one would have it; of a film with one language it is for whoever wants no picture, so as lean as the leanest.
    /// - Parameter tracks: of the film; those that are no rung do not count.
    static func soundBitRate(ofRungs tracks: [LiveStreamInfo.Track], isGroup: Bool) -> Int {
        let rates = ladder.filter { rung in tracks.contains { $0.name == rung.name } }.map(\.audioBitrate)
        return (isGroup ? rates.max() : rates.min()) ?? leanestSound
    }

    /// All that decides the bytes besides the source, as text.
    static var fingerprint: String {
        let size = PictureSize(width: 640, height: 360)
        let encoders = ladder.map { rung in
            let parameters = EncoderTuning.parameters(
                rung, size: size, frameRate: Rational(25, 1), colour: .bt709, effort: .normal)
            let options = parameters.options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return
                "\(rung.name) \(rung.height) \(parameters.maxRate) \(parameters.bufferSize) \(parameters.rateFactor) "
                + "\(parameters.preset) \(options.joined(separator: ":")) \(rung.audioBitrate)"
        }
        return
            (["build \(build)", "parallel \(parallelLines)", "libav \(LibavVersion.text)", LibavVersion.architecture]
            + encoders).joined(
                separator: "\n")
    }
}
