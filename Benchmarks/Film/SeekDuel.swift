import Contracts
import Foundation
import Media
import TestSupport

/// Jumps to minutes of a film that nobody has watched yet, each beside the `ffmpeg` command for the same four seconds.
struct SeekDuel {
    private(set) var ours = Samples()
    private(set) var theirs = Samples()
    /// Ours over theirs, jump by jump.
    private(set) var ratios = Samples()
    /// The command as it was typed for the last jump.
    private(set) var line = ""

    /// Seconds between two places: more than what is made ahead of a viewer.
    private static let stride = 41.0
    private static let rung = LiveLadder.p720

    static func seconds(runs: Int) -> Double { Double(runs + 1) * stride }

    init(_ stack: FilmStack, _ film: String, footage: FilmFootage, runs: Int, in directory: URL) async throws {
        let command = FilmCommand(rung: Self.rung, size: PictureSize(width: 1280, height: 720))
        let output = directory.appending(path: "seek.ts")
        let viewing = try await Viewing.begin(stack.master(film), rendition: Self.rung.name)
        let segments = try await viewing.load().segments
        for run in 1...runs {
            // Nobody else works while one of the two does.
            try await stack.waitUntilIdle()
            let (segment, start) = try Self.segment(at: Double(run) * Self.stride, in: segments)
            let asked = ContinuousClock.now
            _ = try await viewing.fetch(segment)
            let our = (ContinuousClock.now - asked).inSeconds
            try await stack.waitUntilIdle()
            let arguments = command.arguments(footage.url, from: start, seconds: 4, to: output)
            let their = try command.time(arguments)
            line = Tool.ffmpeg.line(arguments)
            ours.add(our)
            theirs.add(their)
            ratios.add(our / their)
        }
    }

    private static func segment(
        at seconds: Double, in segments: [MediaPlaylist.Segment]
    ) throws -> (segment: MediaPlaylist.Segment, start: Double) {
        var start = 0.0
        for segment in segments {
            let length = Double(segment.microseconds) / 1e6
            if start + length > seconds { return (segment, start) }
            start += length
        }
        throw Viewing.Refused(status: 200, text: "the film is shorter than \(seconds) s")
    }
}
