import Contracts
import TestSupport
import Testing
import VOD

/// What a viewer pays for the container.
@Suite struct FilmCostTests {
    /// At 360p, against the elementary streams (raw AAC), in segments of 4 s that each begin anew.
    @Test func theContainerCostsLittle() async throws {
        let source = try await FilmClip.source(
            "cost",
            FilmClip.picture("640x360", filter: "noise=alls=12:allf=t") + FilmClip.beeps() + FilmClip.h264
                + ["-b:v", "3M"] + FilmClip.aac, "mkv")
        let film = try FilmRecording(source, ["360p"])
        let media = film.recording["360p"]?.concatenated ?? []
        let elementary = try await Self.elementary(media)
        let percent = Double(media.count - elementary) * 100 / Double(elementary)
        let rate = Double(media.count) * 8 / Double(film.info.grid.duration) * 90
        print("MPEG-TS overhead of a film's 360p at \(rate) kb/s: \(percent) %")
        #expect((200...800).contains(rate), "a rate as films have it")
        #expect(percent <= 8)
    }

    private static func elementary(_ media: [UInt8]) async throws -> Int {
        try await MediaCommand.withTemporaryDirectory { directory in
            try MediaCommand.writeFile(media, "\(directory)/film.ts")
            let input = ["-loglevel", "error", "-i", "\(directory)/film.ts", "-c", "copy"]
            try await MediaCommand.run("ffmpeg", input + ["-map", "0:v", "-f", "h264", "\(directory)/video"])
            try await MediaCommand.run("ffmpeg", input + ["-map", "0:a", "-f", "adts", "\(directory)/audio"])
            let sound = try MediaCommand.readFile("\(directory)/audio")
            var (at, frames) = (0, 0)
            while at + 7 <= sound.count {
                at += Int(sound[at + 3] & 3) << 11 | Int(sound[at + 4]) << 3 | Int(sound[at + 5] >> 5)
                frames += 1
            }
            // Without the header of 7 bytes that each packet has in a file of its own.
            return try MediaCommand.readFile("\(directory)/video").count + sound.count - 7 * frames
        }
    }
}
