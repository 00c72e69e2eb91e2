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

    /// Nobody mixes seventy channels into two: the film is silent, and played.
    @Test func soundThatCannotBeMixedIsSilence() async throws {
        let sound = ["-f", "s16le", "-ar", "48000", "-ac", "70", "-t", "6", "-i", "/dev/zero"]
        let recipe = FilmClip.picture("320x180", seconds: 6) + sound + FilmClip.h264 + ["-c:a", "copy"]
        let film = try FilmRecording(try await FilmClip.source("odd-seventy", recipe, "mkv"), ["360p"])
        #expect(film.info.audio.first?.channels == 70)
        let report = film.validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(report)")
        #expect(film.segments["360p"]?.count == film.info.grid.segmentCount)
    }

    /// Recorded from the air: units of sound say that they belong somewhere else. They are left out, and nothing else is.
    @Test(arguments: [[6: 100], [0: 100], [30: -7, 31: -7], [20: 5], [20: 100, 23: 50]] as [[Int: Int64]])
    func brokenTimesOfSoundStopNothing(seconds: [Int: Int64]) async throws {
        let recipe =
            FilmClip.picture("320x180", seconds: 12) + FilmClip.beeps(seconds: 12) + FilmClip.h264 + FilmClip.aac
        let whole = try MediaCommand.readFile(try await FilmClip.path("odd-broken-time", recipe, "ts"))
        let (broken, count) = Self.moved(whole, seconds)
        #expect(count == seconds.count)
        let film = try FilmRecording(BytesSource(broken), ["360p"])
        let report = film.validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(report)")
        // A flash of the picture and a beep each second; a beep of 100 ms may have lain in a unit that was left out.
        let beeps = try await BeepMeter.measure(film.recording["360p"]?.concatenated ?? [])
        #expect(beeps.count >= 11 - seconds.count, "\(beeps)")
        #expect(beeps.allSatisfy { abs($0.offset) <= 40 }, "\(beeps)")
        // Wherever reading began (DESIGN §5.3).
        var again = FilmRecording(film.info)
        try SegmentMaker(source: BytesSource(broken), info: film.info).make(["360p"], from: 2) {
            again.add($0, $1, $2, $3)
        }
        #expect(again.segments["360p"]?[2] == film.segments["360p"]?[2])
    }

    /// - Parameter seconds: by the number of the PES packet of sound (ISO/IEC 13818-1 §2.4.3.7), from 0: how much later it shall be.
    /// - Returns: the bytes, and how many packets were changed.
    private static func moved(_ bytes: [UInt8], _ seconds: [Int: Int64]) -> ([UInt8], Int) {
        var (bytes, unit, count) = (bytes, 0, 0)
        for packet in stride(from: 0, to: bytes.count - 187, by: 188) where bytes[packet + 1] & 0x40 != 0 {
            let hasField = bytes[packet + 3] & 0x20 != 0
            let start = packet + 4 + (hasField ? 1 + Int(bytes[packet + 4]) : 0)
            guard start + 14 <= packet + 188, bytes[start..<start + 3] == [0, 0, 1], bytes[start + 3] & 0xE0 == 0xC0
            else { continue }
            defer { unit += 1 }
            guard let later = seconds[unit], bytes[start + 7] & 0xC0 == 0x80 else { continue }
            let time = start + 9
            let fields = bytes[time..<time + 5].map { Int64($0) }
            var pts = (fields[0] >> 1 & 7) << 30 | fields[1] << 22 | (fields[2] >> 1) << 15
            pts = (pts | fields[3] << 7 | fields[4] >> 1) + later * 90_000
            bytes[time] = bytes[time] & 0xF1 | UInt8(pts >> 30 & 7) << 1
            bytes[time + 1] = UInt8(pts >> 22 & 0xFF)
            bytes[time + 2] = UInt8(pts >> 15 & 0x7F) << 1 | 1
            bytes[time + 3] = UInt8(pts >> 7 & 0xFF)
            bytes[time + 4] = UInt8(pts & 0x7F) << 1 | 1
            count += 1
        }
        return (bytes, count)
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
