import Contracts
import Foundation

/// The ladder as the `ffmpeg` command line does it: one process, one decode, veryfast, the same caps, the same key pictures.
struct CommandLineLadder {
    static func arguments(input: URL, output: URL, ladder: [Rendition]) -> [String] {
        let names = ladder.indices.map { "v\($0)" }
        let splits = "[0:v]split=\(ladder.count)" + names.map { "[\($0)]" }.joined()
        let scales = zip(names, ladder).map { "[\($0)]scale=-2:\($1.height)[\($0)s]" }
        var words = ["-y", "-i", input.path, "-filter_complex", ([splits] + scales).joined(separator: ";")]
        for (name, rung) in zip(names, ladder) {
            words += [
                "-map", "[\(name)s]", "-map", "0:a", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23",
                "-maxrate", "\(rung.videoBitrate)", "-bufsize", "\(rung.videoBitrate)", "-g", "50",
                "-keyint_min", "50", "-sc_threshold", "0", "-c:a", "aac", "-b:a", "\(rung.audioBitrate)",
                "-f", "mpegts", output.appending(path: "\(rung.name).ts").path,
            ]
        }
        return words
    }

    /// CPU seconds of the command.
    static func run(input: URL, output: URL, ladder: [Rendition]) throws -> CPUTime {
        let before = CPUTime.ofFinishedChildren()
        try Tool.ffmpeg.run(arguments(input: input, output: output, ladder: ladder))
        return CPUTime.ofFinishedChildren() - before
    }
}
