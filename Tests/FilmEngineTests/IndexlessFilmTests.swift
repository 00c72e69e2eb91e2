import Contracts
import Media
import TestSupport
import Testing

@testable import VOD

/// Any minute of a film is a few Range requests away, whatever its file does not tell.
@Suite struct IndexlessFilmTests {
    /// The acceptance's bound for one jump.
    private static let mostRanges = 40

    @Test(arguments: IndexlessClip.allCases) func anyMinuteIsFewRequestsAway(clip: IndexlessClip) async throws {
        let source = BlockSource(try await clip.long())
        let info = try FilmProbe.probe(source)
        #expect(info.container == clip.container && info.access == .bisected)
        // Told by the last pictures: of 50 × 24 s.
        let seconds = Double(info.grid.duration) / Double(FilmGrid.ticksPerSecond)
        #expect((1199.5...1202).contains(seconds), "\(seconds)")
        #expect(!info.isTruncated)
        #expect(source.ranges <= 12, "the probe took \(source.ranges) ranges")
        var random = SmallRandom(state: 11)
        var worst = 0
        for _ in 0..<4 {
            let segment = Int(random.next() % UInt64(info.grid.segmentCount))
            source.count()
            let alone = try Self.segment(segment, source, info)
            worst = max(worst, source.ranges)
            // Come to by the one before it, it is the same.
            if segment > 0 { #expect(try Self.segment(segment, source, info, from: segment - 1) == alone) }
        }
        print("\(clip): at most \(worst) ranges a jump, \(source.blocksFetched) of \(source.size >> 18) blocks read")
        #expect(worst <= Self.mostRanges)
        // Nothing was read from one end to the other.
        #expect(source.blocksFetched < Int(source.size >> 18) * 2 / 3)
    }

    /// The picture and the beep of that very second are in it.
    @Test(arguments: IndexlessClip.allCases) func whatIsFoundIsThatMinute(clip: IndexlessClip) async throws {
        let source = try await clip.long()
        let info = try FilmProbe.probe(source)
        let segment = info.grid.segment(atSeconds: 777)
        var bytes: [UInt8] = []
        for number in segment..<segment + 2 { bytes += try Self.segment(number, source, info) }
        let start = 10 + Double(info.grid.start(of: segment)) / Double(FilmGrid.ticksPerSecond)
        let beeps = try await BeepMeter.measure(bytes)
        #expect(beeps.count >= 7, "\(clip): \(beeps)")
        #expect(beeps.allSatisfy { $0.flash >= start - 0.01 && $0.flash < start + 8 })
        // The sources themselves lose up to a frame of sound at each of their 50 joints.
        #expect(beeps.allSatisfy { abs($0.offset) < 40 }, "\(clip): \(beeps)")
    }

    /// With its index, a film's segments are the same as without.
    @Test func anIndexChangesNothingButTheWay() async throws {
        let bare = try await IndexlessClip.matroska.short()
        let info = try FilmProbe.probe(bare)
        let indexed = try FileSource(try await IndexlessClip.indexed())
        let other = try FilmProbe.probe(indexed)
        #expect(info.access == .bisected && other.access == .indexed && info.grid == other.grid)
        for segment in [0, 3, 6] {
            #expect(try Self.segment(segment, bare, info) == Self.segment(segment, indexed, other))
        }
    }

    /// Chunks of AVI say nothing of time, so without `idx1` all before a minute is read to find it; but it is found.
    @Test func anAVIWithoutItsIndexIsReadInOrder() async throws {
        let base = try await FilmClip.path(
            "avi-base",
            FilmClip.picture("320x180", seconds: 24) + FilmClip.beeps(seconds: 24)
                + ["-c:v", "mpeg4", "-vtag", "xvid", "-b:v", "200k", "-g", "125", "-c:a", "ac3", "-b:a", "96k"], "avi")
        let whole = try MediaCommand.readFile(
            try await FilmClip.path("avi-long", ["-stream_loop", "49", "-i", base, "-c", "copy"], "avi"))
        let index = try Self.indexStart(of: whole)
        var bytes = Array(whole.prefix(index))
        // Cut there, it seems to lack a part of its pictures; its first chunk has to say that it does not.
        let cut = try FilmProbe.probe(BytesSource(bytes))
        #expect(cut.isTruncated && (29_000..<30_000).contains(cut.grid.frameCount))
        Self.setLength(of: &bytes)
        let source = BytesSource(bytes)
        let info = try FilmProbe.probe(source)
        #expect(info.access == .growing && info.container == .avi)
        #expect(info.grid.frameCount == 50 * 600)
        // After more packets of sound than may wait anywhere.
        let segment = info.grid.segment(atSeconds: 1000)
        let alone = try Self.segment(segment, source, info)
        #expect(try Self.segment(segment, source, info, from: segment - 1) == alone)
        let start = 10 + Double(info.grid.start(of: segment)) / Double(FilmGrid.ticksPerSecond)
        let beeps = try await BeepMeter.measure(alone, from: start)
        #expect(beeps.count >= 3 && beeps.allSatisfy { abs($0.offset) < 40 }, "\(beeps)")
    }

    /// Pictures are as far apart as the file says, whatever the standard rate next to that is.
    @Test func anAVIWithoutItsIndexIsAsLongAsItsOwnRateSays() async throws {
        let whole = try MediaCommand.readFile(
            try await FilmClip.path(
                "avi-slow",
                FilmClip.picture("320x180", rate: "15", seconds: 60)
                    + ["-c:v", "mpeg4", "-vtag", "xvid", "-b:v", "200k", "-g", "75"], "avi"))
        var bytes = Array(whole.prefix(try Self.indexStart(of: whole)))
        Self.setLength(of: &bytes)
        let info = try FilmProbe.probe(BytesSource(bytes))
        #expect(info.access == .growing)
        let seconds = Double(info.grid.duration) / Double(FilmGrid.ticksPerSecond)
        #expect((59.8...60.2).contains(seconds), "\(seconds)")
    }

    private static func indexStart(of avi: [UInt8]) throws -> Int {
        try #require((0..<avi.count - 4).last { avi[$0] == 0x69 && avi[$0..<$0 + 4].elementsEqual("idx1".utf8) })
    }

    /// Makes the first chunk of an AVI as long as the file.
    private static func setLength(of avi: inout [UInt8]) {
        let length = avi.count - 8
        for byte in 0..<4 { avi[4 + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte)) }
    }

    /// The end of the file is the end of the film, whatever its header says.
    @Test func aFileCutShortLosesItsIndexAndItsEnd() async throws {
        let whole = try MediaCommand.readFile(try await IndexlessClip.indexed())
        let cut = BytesSource(Array(whole.prefix(whole.count * 6 / 10)))
        let film = try FilmRecording(cut, ["360p"])
        #expect(film.info.isTruncated && film.info.access == .bisected)
        #expect((320...400).contains(film.info.grid.frameCount), "\(film.info.grid.frameCount)")
        let report = film.validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(report)")
    }

    private static func segment(
        _ segment: Int, _ source: any RandomAccessSource, _ info: FilmInfo, from first: Int? = nil
    ) throws -> [UInt8] {
        var result: [UInt8] = []
        try SegmentMaker(source: source, info: info).make(
            ["360p"], from: first ?? segment, while: { $0 <= segment }
        ) { _, number, bytes, _ in
            if number == segment { result = bytes }
        }
        return result
    }
}
