import Contracts
import Media
import TestSupport
import Testing

@testable import VOD

/// Whatever is odd about a film, its segments are exact, and sound and picture begin together.
@Suite struct OddFilmTests {
    enum Oddity: String, CaseIterable, Sendable { case varyingRate, oddSize, latePicture, lateSound, avi, interlaced }

    @Test(arguments: Oddity.allCases) func oddFilmsAreExactAndInStep(oddity: Oddity) async throws {
        let film = try FilmRecording(try await Self.source(oddity), ["360p"])
        let report = film.validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(oddity): \(report)")
        let track = try #require(film.info.videoTracks.first { $0.name == "360p" })
        #expect(track.width % 2 == 0 && track.height % 2 == 0)
        let beeps = try await BeepMeter.measure(film.recording["360p"]?.concatenated ?? [])
        #expect(beeps.count >= 8, "\(oddity): \(beeps)")
        let frame = 1000 * Double(film.info.grid.rateDenominator) / Double(film.info.grid.rateNumerator)
        #expect(beeps.allSatisfy { abs($0.offset) <= frame }, "\(oddity): \(beeps)")
    }

    private static func source(_ oddity: Oddity) async throws -> FileSource {
        let sound = FilmClip.beeps(seconds: 12)
        func picture(_ size: String = "320x180", rate: String = "25", filter: String = "null") -> [String] {
            FilmClip.picture(size, rate: rate, seconds: 12, filter: filter)
        }
        let plain = picture() + sound + FilmClip.h264 + FilmClip.aac
        let recipe: ([String], String)
        switch oddity {
        case .varyingRate:
            // Half the pictures for two seconds, then all of them; those with a flash always.
            let varying = "select='lt(mod(t,1),0.1)+lt(mod(t,4),2)*not(mod(n,2))+gte(mod(t,4),2)'"
            recipe = (picture(filter: varying) + sound + ["-fps_mode", "vfr"] + FilmClip.h264 + FilmClip.aac, "mkv")
        case .oddSize:
            recipe = (
                picture(filter: "scale=427:239") + sound
                    + ["-c:v", "mpeg4", "-vtag", "xvid", "-q:v", "4", "-c:a", "libmp3lame"], "avi"
            )
        case .latePicture:
            let base = try await FilmClip.path("odd-plain", plain, "mp4")
            // What is heard before the first picture is heard no more, and the rest is in step.
            recipe = (
                ["-i", base, "-itsoffset", "2", "-i", base, "-map", "1:v", "-map", "0:a", "-c", "copy"], "mkv"
            )
        case .lateSound:
            let base = try await FilmClip.path("odd-plain", plain, "mp4")
            recipe = (
                ["-i", base, "-ss", "3", "-i", base, "-map", "0:v", "-map", "1:a", "-c", "copy", "-copyts"], "mkv"
            )
        case .avi:
            recipe = (
                picture() + sound
                    + ["-c:v", "mpeg4", "-vtag", "xvid", "-q:v", "4", "-bf", "2", "-c:a", "libmp3lame"], "avi"
            )
        case .interlaced:
            recipe = (
                picture("352x288", rate: "50", filter: "interlace") + sound
                    + ["-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-q:v", "4", "-c:a", "mp2"], "ts"
            )
        }
        return try await FilmClip.source("odd-\(oddity.rawValue)", recipe.0, recipe.1)
    }
}
