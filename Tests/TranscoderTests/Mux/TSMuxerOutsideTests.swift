import TestSupport
import Testing

@testable import Live

/// What others make of our segments.
@Suite struct TSMuxerOutsideTests {
    @Test(arguments: [TSProgram.muxed, .videoOnly, .audioOnly])
    func ffprobeHasNothingToSay(program: TSProgram) async throws {
        let rate = FrameRate(30_000, 1001)
        let source = ClipSegments(try await Clips.shared.clip(rate), rate: rate)
        try await MediaCommand.withTemporaryDirectory { directory in
            try MediaCommand.writeFile(Array(source.muxed(program).joined()), "\(directory)/all.ts")
            let said = try await MediaCommand.run(
                "ffprobe",
                [
                    "-loglevel", "warning", "-show_entries", "packet=pts", "-of", "csv=p=0", "-select_streams", "v",
                    "\(directory)/all.ts",
                ])
            let expected = program.video ? source.segments.flatMap(\.video).map { "\($0.pts)" } : []
            // Lines of packets with side data end in a comma.
            #expect(said.split(separator: "\n").map { $0.prefix { $0 != "," } } == expected.map { $0[...] })
        }
    }

    /// Decoded pictures and sound of the joined segments are those of the elementary streams.
    @Test func ffmpegDecodesTheSame() async throws {
        let rate = FrameRate(25)
        let source = ClipSegments(try await Clips.shared.clip(rate), rate: rate)
        try await MediaCommand.withTemporaryDirectory { directory in
            try MediaCommand.writeFile(Array(source.muxed(.muxed).joined()), "\(directory)/all.ts")
            try MediaCommand.writeFile(source.segments.flatMap(\.video).flatMap(\.data), "\(directory)/video.h264")
            let header = ADTSHeader(.init(sampleRate: 48_000, channels: 2))
            var adts: [UInt8] = []
            for frame in source.segments.flatMap(\.audio) {
                header.append(to: &adts, frameBytes: frame.data.count)
                adts += frame.data
            }
            try MediaCommand.writeFile(adts, "\(directory)/audio.aac")
            for (original, map, option) in [("video.h264", "0:v", "-an"), ("audio.aac", "0:a", "-vn")] {
                let reference = try await digest("\(directory)/\(original)", map, option)
                let ours = try await digest("\(directory)/all.ts", map, option)
                #expect(reference == ours)
            }
        }
    }

    /// The opinion of `tstools` on packets, counters and clock, where it is installed.
    @Test(.enabled(if: MediaCommand.isInstalled("tsreport")), arguments: [TSProgram.muxed, .audioOnly])
    func tsreportHasNothingToSay(program: TSProgram) async throws {
        let rate = FrameRate(25)
        let source = ClipSegments(try await Clips.shared.clip(rate), rate: rate)
        let report = try await MediaCommand.withTemporaryDirectory { directory in
            try MediaCommand.writeFile(Array(source.muxed(program).joined()), "\(directory)/all.ts")
            return try await MediaCommand.run("tsreport", ["-b", "\(directory)/all.ts"])
        }
        #expect(!report.contains("###") && !report.contains("!!!"), "\(report)")
        #expect(report.contains("Bad (>.1s) gaps: 0,"), "\(report)")
    }

    private func digest(_ path: String, _ map: String, _ option: String) async throws -> String {
        try await MediaCommand.run(
            "ffmpeg",
            ["-loglevel", "error", "-i", path, "-map", map, option, "-fps_mode", "passthrough", "-f", "md5", "-"])
    }
}
