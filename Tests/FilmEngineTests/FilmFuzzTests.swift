import Contracts
import Foundation
import Media
import TestSupport
import Testing

@testable import VOD

/// Ten thousand films with broken headers, the same ones on every run: refused or played over, never a crash, never for long.
@Suite struct FilmFuzzTests {
    private static let parts = 5
    /// Five recipes and the two of MP4 and AVI: seven kinds of file, each in five parts.
    private static let rounds = 286
    /// CPU of one file in a debug build, nanoseconds.
    private static let longest: Int64 = 5_000_000_000
    /// Resident memory that the whole test process may ever have taken.
    private static let mostMemory = 3 << 30

    enum Kind: String, CaseIterable, Sendable { case mp4, avi, matroska, flv, ts, program, bare }

    @Test(arguments: Kind.allCases, 0..<parts) func brokenHeaders(kind: Kind, part: Int) async throws {
        let whole = try MediaCommand.readFile(try await Self.path(kind))
        var random = SmallRandom(
            state: 0xF11A + UInt64(part) * 977 + UInt64(kind.rawValue.utf8.reduce(0) { $0 + Int($1) }))
        for round in 0..<Self.rounds {
            let source = BytesSource(Self.broken(whole, round, &random))
            let began = ThreadTime.now
            do {
                let info = try FilmProbe.probe(source)
                if round % 20 == 0 {
                    let segment = info.grid.segmentCount / 2
                    try SegmentMaker(source: source, info: info)
                        .make(["360p"], from: segment, while: { $0 == segment }) { _, _, _, _ in }
                }
            } catch is FilmError {} catch is LibavError {}
            #expect(ThreadTime.now - began < Self.longest, "\(kind) \(part) \(round)")
        }
        #expect(Self.mostResident() < Self.mostMemory)
    }

    /// Some bytes are changed in the header or at the end, where indexes are; some files are cut.
    private static func broken(_ whole: [UInt8], _ round: Int, _ random: inout SmallRandom) -> [UInt8] {
        var bytes = whole
        let span = min(bytes.count, 4_096)
        for _ in 0..<(1 + round % 30) {
            let place = Int(random.next() % UInt64(span))
            let value = [0, 0xFF, 0x7F, 0x80, UInt8(truncatingIfNeeded: random.next() >> 24)][round % 5]
            bytes[round % 2 == 0 ? place : bytes.count - 1 - place] = value
        }
        if round % 7 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
        return bytes
    }

    private static func path(_ kind: Kind) async throws -> String {
        let media = FilmClip.picture("160x90", seconds: 4) + FilmClip.beeps(seconds: 4)
        let h264 = media + FilmClip.h264 + FilmClip.aac
        let recipe: ([String], String) =
            switch kind {
            case .mp4: (h264, "mp4")
            case .matroska: (h264, "mkv")
            case .flv: (h264 + ["-flvflags", "add_keyframe_index"], "flv")
            case .ts: (h264, "ts")
            case .bare: (h264 + ["-f", "matroska", "-live", "1"], "mkv")
            case .avi: (media + ["-c:v", "mpeg4", "-c:a", "libmp3lame"], "avi")
            case .program: (media + ["-c:v", "mpeg2video", "-c:a", "mp2", "-f", "vob"], "mpg")
            }
        return try await FilmClip.path("fuzz-\(kind.rawValue)", recipe.0, recipe.1)
    }

    private static func mostResident() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
    }
}
