import Contracts
import Foundation
import Media
import TestSupport
import Testing

@testable import VOD

/// Segments are encoded by encoders that know nothing of each other. Where they are joined, nothing may be heard of that.
@Suite struct SoundSeamTests {
    /// What the acceptance allows seams to be worse than the rest, in decibels.
    private static let tolerance = 3.0
    private static let seconds = 60
    /// Samples on either side of a seam that its two encoders share, and one block of follow-up.
    private static let reach = 2_048

    @Test(arguments: TestSound.allCases) func seamsAreAsNearToTheSourceAsTheRest(sound: TestSound) async throws {
        let samples = sound.samples(seconds: Self.seconds)
        let film = try FilmRecording(try await Self.film(sound, samples), ["360p"])
        let report = film.validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(report)")
        let heard = try await Self.decode(film.recording["360p"]?.concatenated ?? [])
        let grid = film.info.grid
        let seams = (1..<grid.segmentCount).map {
            Int(grid.audioBlocks(of: $0, sampleRate: TestSound.rate).lowerBound) * 1024
        }
        var (atSeams, elsewhere) = (Error(), Error())
        // The first packet is there for its successor's sake only; the encoder's psychoacoustics settle in the first two seconds.
        let padding = 1024
        for sample in 2 * TestSound.rate..<samples.count - TestSound.rate {
            guard sample + padding < heard.count else { break }
            let isNear = seams.contains { abs($0 - sample) <= Self.reach }
            if isNear {
                atSeams.add(samples[sample], heard[sample + padding])
            } else {
                elsewhere.add(samples[sample], heard[sample + padding])
            }
        }
        print("\(sound): \(atSeams.decibels) dB at seams, \(elsewhere.decibels) dB elsewhere")
        #expect(elsewhere.decibels < -10, "the sound itself came through, and at its place")
        #expect(atSeams.decibels <= elsewhere.decibels + Self.tolerance)
    }

    /// Of the difference, against the source.
    private struct Error {
        private var difference = 0.0
        private var signal = 0.0

        mutating func add(_ source: Float, _ heard: Float) {
            difference += Double((source - heard) * (source - heard))
            signal += Double(source * source)
        }

        var decibels: Double { 10 * log10(difference / max(signal, 1e-12)) }
    }

    /// As sound without loss, under a picture that costs nothing.
    private static func film(_ sound: TestSound, _ samples: [Float]) async throws -> FileSource {
        try await MediaCommand.withTemporaryDirectory { directory in
            let raw = "\(directory)/raw"
            try MediaCommand.writeFile(samples.withUnsafeBytes { Array($0) }, raw)
            return try await FilmClip.source(
                "seams-\(sound.rawValue)",
                [
                    "-f", "lavfi", "-i", "color=gray:s=160x90:r=25:d=\(seconds)", "-f", "f32le", "-ar",
                    "\(TestSound.rate)",
                ]
                    + ["-ac", "1", "-i", raw, "-af", "pan=stereo|c0=c0|c1=c0", "-c:a", "pcm_f32le"] + FilmClip.h264,
                "mkv")
        }
    }

    private static func decode(_ media: [UInt8]) async throws -> [Float] {
        try await MediaCommand.withTemporaryDirectory { directory in
            try MediaCommand.writeFile(media, "\(directory)/film.ts")
            try await MediaCommand.run(
                "ffmpeg",
                [
                    "-loglevel", "error", "-i", "\(directory)/film.ts", "-map", "0:a", "-af", "pan=mono|c0=c0", "-f",
                    "f32le",
                ]
                    + ["\(directory)/out"])
            return try MediaCommand.readFile("\(directory)/out").withUnsafeBytes {
                Array($0.bindMemory(to: Float.self))
            }
        }
    }
}
