import ArgumentParser
import Foundation
import Media

/// Encodes a clip with parameters given by hand and says what it cost: how `EncoderTuning` was found.
struct Tune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decodes once, scales in a cascade and encodes each rung with the parameters given.")

    @Option(help: "An MPEG-TS file.") var input: String
    @Option(help: "Where the rungs are written, as LINES.h264.") var output: String
    @Option(help: "lines,crf,maxrate,bufsize,preset[,x264-option=value…]; best first, more than one.")
    var rung: [String] = []

    func run() throws {
        let before = CPUTime.ofProcess()
        var ladder = try HandLadder(rungs: rung.map(HandLadder.Rung.init(parsing:)))
        try ladder.run(FileSource(path: input))
        let cost = CPUTime.ofProcess() - before
        for (lines, data) in ladder.streams {
            try Data(data).write(to: URL(filePath: output).appending(path: "\(lines).h264"))
        }
        let sizes = ladder.streams.sorted { $0.key > $1.key }.map { "\($0.key)p \($0.value.count)" }
        print("cpu \(cost) bytes \(sizes.joined(separator: " "))")
    }
}
