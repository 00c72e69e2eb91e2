import Contracts
import Foundation
import Live
import Media

/// The `ffmpeg` command line that makes what a film's rendition is: the same preset, caps and options, all cores.
struct FilmCommand {
    let rung: Rendition
    /// Pictures of the source.
    let size: PictureSize

    /// - Parameters:
    ///   - start: seconds; nil: from the film's first picture.
    ///   - seconds: nil: to its end.
    func arguments(_ input: URL, from start: Double? = nil, seconds: Double? = nil, to output: URL) -> [String] {
        let tuning = EncoderTuning.parameters(
            rung, size: size, frameRate: Rational(25, 1), colour: .bt709, effort: .normal)
        let options = tuning.options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var words: [String] = []
        if let start { words += ["-ss", "\(start)"] }
        words += ["-i", input.path]
        if let seconds { words += ["-t", "\(seconds)"] }
        if size.height != rung.height { words += ["-vf", "scale=-2:\(rung.height):flags=lanczos"] }
        words += ["-map", "0:v", "-map", "0:a", "-c:v", "libx264", "-preset", tuning.preset]
        words += ["-crf", "\(tuning.rateFactor)", "-maxrate", "\(tuning.maxRate)", "-bufsize", "\(tuning.bufferSize)"]
        words += ["-x264-params", options.joined(separator: ":"), "-c:a", "aac", "-ac", "2"]
        words += ["-b:a", "\(rung.audioBitrate)", "-f", "mpegts", "-y", output.path]
        return words
    }

    /// Seconds that the command takes.
    func time(_ arguments: [String]) throws -> Double {
        let began = ContinuousClock.now
        try Tool.ffmpeg.run(arguments)
        return (ContinuousClock.now - began).inSeconds
    }
}
