import Contracts
import Media
import TestSupport
import Testing
import VOD

/// Whole films, joined from their segments, to the tick.
@Suite struct SegmentMakerTests {
    @Test func aFilmWithoutAnyFlaw() async throws {
        let source = try await FilmClip.source(
            "plain", FilmClip.picture("640x360") + FilmClip.beeps() + FilmClip.h264 + FilmClip.aac, "mkv")
        let film = try FilmRecording(source, ["360p"])
        #expect(film.info.container == .matroska)
        #expect(film.info.grid.frameCount == 550)
        #expect(film.info.renditions.filter { $0.name != "original" }.map(\.name) == ["360p", "audio"])
        let report = film.validate()
        #expect(report.violations.isEmpty, "\(report)")
        let offsets = try await BeepMeter.measure(film.recording["360p"]?.concatenated ?? [])
        #expect(offsets.count >= 20)
        #expect(offsets.allSatisfy { abs($0.offset) < 25 }, "\(offsets)")
    }

    /// DESIGN §5.3: whoever makes a segment, wherever the work began, makes the same bytes.
    @Test(arguments: PurityClip.allCases) func segmentsAreTheSameInAnyOrder(clip: PurityClip) async throws {
        try Self.expectPurity(of: try await clip.source(), "\(clip)")
    }

    @Test(arguments: IndexlessClip.allCases) func soTheyAreWithoutAnyIndex(clip: IndexlessClip) async throws {
        try Self.expectPurity(of: try await clip.short(), "\(clip)")
    }
}

extension SegmentMakerTests {
    /// Made in a row they are exact; made in any order, by one worker or another, they are the same.
    private static func expectPurity(of source: FileSource, _ name: String) throws {
        let whole = try FilmRecording(source, ["360p"])
        let report = whole.validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(name): \(report)")
        let count = whole.info.grid.segmentCount
        #expect(whole.segments["360p"]?.count == count)
        var random = SmallRandom(state: 77)
        let order = (0..<count).map { ($0, random.next()) }.sorted { $0.1 < $1.1 }.map(\.0)
        let shared = SegmentMaker(source: source, info: whole.info)
        for segment in order {
            // One maker that jumps, and one that was never used.
            for maker in [shared, SegmentMaker(source: source, info: whole.info)] {
                try maker.make(["360p"], from: segment, while: { $0 == segment }) { rendition, number, bytes, _ in
                    let difference = difference(bytes, whole.segments[rendition]?[number] ?? [])
                    #expect(difference == nil, "\(name) segment \(number)")
                }
            }
        }
    }

    /// Which streams' packets differ; nil: not a byte.
    static func difference(_ one: [UInt8], _ other: [UInt8]) -> String? {
        guard one != other else { return nil }
        func packets(_ bytes: [UInt8], _ pid: UInt16) -> [ArraySlice<UInt8>] {
            stride(from: 0, to: bytes.count - 187, by: 188).map { bytes[$0..<$0 + 188] }
                .filter { UInt16($0[$0.startIndex + 1] & 0x1F) << 8 | UInt16($0[$0.startIndex + 2]) == pid }
        }
        let pids = [(UInt16(0x100), "video"), (0x101, "audio")].filter { packets(one, $0.0) != packets(other, $0.0) }
        return pids.map(\.1).joined(separator: ", ") + " \(one.count) \(other.count)"
    }
}

enum PurityClip: String, CaseIterable, Sendable {
    case mkvAC3, mp4Late, aviMP3, flv, ts, interlacedTS, film24, hd60, hevcOpus, vorbis, noSound, oddRate, openGOP

    func source() async throws -> FileSource {
        let (picture, beeps, h264, aac) = (FilmClip.picture, FilmClip.beeps, FilmClip.h264, FilmClip.aac)
        let small = "320x180"
        let recipe: ([String], String)
        switch self {
        case .mkvAC3:
            recipe = (
                picture(small, "25", 22, "null") + beeps("0.5*S|0.5*S|0.2*S|0|0.1*S|0.1*S", 1000, 48_000, 22) + h264
                    + ["-c:a", "ac3", "-b:a", "384k"], "mkv"
            )
        case .mp4Late:
            recipe = (
                picture(small, "25", 22, "null") + beeps("0.5*S|0.5*S", 1000, 44_100, 22) + h264 + aac, "mp4"
            )
        case .aviMP3:
            recipe = (
                picture(small, "25", 22, "null") + beeps("0.5*S|0.5*S", 1000, 48_000, 22)
                    + ["-c:v", "mpeg4", "-vtag", "xvid", "-q:v", "6", "-bf", "2", "-g", "60", "-c:a", "libmp3lame"],
                "avi"
            )
        case .flv:
            recipe = (picture(small, "25", 22, "null") + beeps("0.5*S|0.5*S", 1000, 44_100, 22) + h264 + aac, "flv")
        case .ts:
            recipe = (picture(small, "25", 22, "null") + beeps("0.5*S|0.5*S", 1000, 48_000, 22) + h264 + aac, "ts")
        case .interlacedTS:
            recipe = (
                picture("352x288", "50", 22, "interlace") + beeps("0.5*S|0.5*S", 1000, 48_000, 22)
                    + [
                        "-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-q:v", "6", "-g", "12", "-bf", "2", "-c:a",
                        "mp2",
                    ],
                "ts"
            )
        case .film24:
            recipe = (
                picture(small, "24000/1001", 22, "null") + beeps("0.5*S|0.5*S", 1000, 48_000, 22) + h264
                    + ["-c:a", "eac3"], "mkv"
            )
        case .hd60:
            recipe = (
                picture(small, "60000/1001", 12, "null") + beeps("0.5*S|0.5*S", 1000, 48_000, 12) + h264 + aac, "mkv"
            )
        case .hevcOpus:
            recipe = (
                picture(small, "25", 16, "null") + beeps("0.5*S|0.5*S", 1000, 48_000, 16)
                    + [
                        "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=100:log-level=none",
                        "-pix_fmt", "yuv420p10le", "-c:a", "libopus",
                    ], "mkv"
            )
        case .vorbis:
            recipe = (
                picture(small, "30", 16, "null") + beeps("0.5*S|0.5*S", 1000, 44_100, 16) + h264 + [
                    "-c:a", "libvorbis",
                ],
                "mkv"
            )
        case .noSound: recipe = (picture(small, "25", 12, "null") + h264, "mp4")
        case .oddRate:
            recipe = (
                picture(small, "25", 16, "null") + beeps("0.5*S|0.5*S", 1000, 96_000, 16) + h264 + ["-c:a", "flac"],
                "mkv"
            )
        case .openGOP:
            recipe = (
                picture(small, "25", 22, "null") + beeps("0.5*S|0.5*S", 1000, 48_000, 22)
                    + [
                        "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-x264-params",
                        "open-gop=1:keyint=75:scenecut=0",
                    ]
                    + aac, "mkv"
            )
        }
        return try await FilmClip.source("purity-\(rawValue)", recipe.0, recipe.1)
    }
}
