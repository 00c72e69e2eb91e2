import Contracts
import Media
import TestSupport
import Testing

@testable import VOD

@Suite struct RemuxerTests {
    private static let film = FilmClip.picture("640x360") + FilmClip.beeps() + FilmClip.h264 + FilmClip.aac

    @Test(arguments: ["mkv", "mp4", "flv"]) func theSourcesOwnPicturesInAnyOrder(ending: String) async throws {
        let index = ending == "flv" ? ["-flvflags", "add_keyframe_index"] : []
        let source = try await FilmClip.source("remux", Self.film + index, ending)
        let info = try FilmProbe.probe(source)
        let original = try #require(info.original)
        // A key frame each 2 s, segments of 4 s.
        #expect(original.boundaries == (0..<6).map { Int64($0) * 360_000 })
        #expect(info.decision.mode == (ending == "mp4" ? .direct : .remux))
        #expect(info.renditions.first?.name == "original")
        var whole: [Int: [UInt8]] = [:]
        try Remuxer(source: source, info: info).make(from: 0) { segment, bytes, _ in whole[segment] = bytes }
        #expect(whole.count == 6)
        try check(whole, info)
        let shared = try Remuxer(source: source, info: info)
        for segment in [4, 1, 5, 0, 3, 2] {
            for remuxer in [shared, try Remuxer(source: source, info: info)] {
                try remuxer.make(from: segment, while: { $0 == segment }) { number, bytes, _ in
                    let difference = SegmentMakerTests.difference(bytes, whole[number] ?? [])
                    #expect(difference == nil, "\(ending) segment \(number)")
                }
            }
        }
    }

    /// Every picture once, in order, with rising decode times; sound without a gap; counters that run on.
    private func check(_ segments: [Int: [UInt8]], _ info: FilmInfo) throws {
        var analyzer = TSAnalyzer()
        var shown: [Int64] = []
        var lastDTS = Int64.min
        var sound: [TSContents.Sound] = []
        for (segment, bytes) in segments.sorted(by: { $0.key < $1.key }) {
            let contents = analyzer.analyse(bytes, at: "segment \(segment)", discontinuity: segment == 0)
            #expect(contents.pictures.first?.isIDR == true)
            #expect(contents.pictures.first?.pts == 900_000 + (info.original?.boundaries[segment] ?? 0))
            for picture in contents.pictures {
                #expect(picture.dts > lastDTS && picture.dts <= picture.pts)
                lastDTS = picture.dts
            }
            shown += contents.pictures.map(\.pts)
            sound += contents.sounds
        }
        #expect(analyzer.violations.list.isEmpty, "\(analyzer.violations.list.prefix(5))")
        #expect(shown.count == 550)
        let steps = zip(shown.sorted(), shown.sorted().dropFirst()).map { $1 - $0 }
        #expect(steps.allSatisfy { abs($0 - 3600) <= 90 })
        // Each packet of sound goes on where the one before ends, within the source's own milliseconds.
        for (one, next) in zip(sound, sound.dropFirst()) {
            let end = one.pts + Int64(one.frameCount) * 1024 * 90_000 / Int64(one.sampleRate)
            #expect(abs(next.pts - end) <= 180, "\(end) \(next.pts)")
        }
    }

    @Test func filmsThatBrowsersCannotPlayHaveNoOriginal() async throws {
        let source = try await PurityClip.mkvAC3.source()
        let info = try FilmProbe.probe(source)
        #expect(info.original == nil && info.decision.mode == .transcode)
        #expect(throws: FilmError.self) { try Remuxer(source: source, info: info) }
    }

    /// In an open GOP only the first picture is an IDR, whatever the index calls key frames.
    @Test func picturesThatNeedEarlierOnesBeginNoSegment() async throws {
        let source = try await PurityClip.openGOP.source()
        let info = try FilmProbe.probe(source)
        #expect(info.original == nil && info.decision.mode == .transcode)
        #expect(info.decision.reason.contains("before"), "\(info.decision.reason)")
        #expect(!info.renditions.contains { $0.name == "original" })
        // Should the probe not have seen it, the segment does.
        let lying = Self.lying(info, [0, 540_000, 1_080_000])
        let remuxer = try Remuxer(source: source, info: lying)
        try remuxer.make(from: 0, while: { $0 == 0 }) { _, bytes, _ in #expect(!bytes.isEmpty) }
        #expect(throws: FilmError.notIndependent) { try remuxer.make(from: 1) { _, _, _ in } }
    }

    /// An index that lies spoils this rendition and no other.
    @Test func segmentsThatBeginNowhereRefuseTheOriginal() async throws {
        let source = try await FilmClip.source("remux", Self.film, "mkv")
        let info = try FilmProbe.probe(source)
        let isRight = try Remuxer(source: source, info: info).startsAreIDRs()
        #expect(isRight)
        // Key frames are 2 s apart.
        let isWrong = try Remuxer(source: source, info: Self.lying(info, [0, 250_000])).startsAreIDRs()
        #expect(!isWrong)
    }

    private static func lying(_ info: FilmInfo, _ boundaries: [Int64]) -> FilmInfo {
        FilmInfo(
            version: info.version, container: info.container, byteCount: info.byteCount, access: info.access,
            isTruncated: false, grid: info.grid, origin: info.origin, video: info.video, audio: info.audio,
            subtitles: [],
            renditions: info.renditions,
            original: FilmInfo.Original(boundaries: boundaries, targetDuration: 6, reorder: 7_200),
            decision: info.decision)
    }

    /// DESIGN §7: at most 10 s.
    @Test func keyFramesFarApartRefuseTheOriginal() async throws {
        func film(_ gop: Int) async throws -> FilmInfo {
            let source = try await FilmClip.source(
                "gop-\(gop)",
                FilmClip.picture("320x180", seconds: 24) + FilmClip.beeps(seconds: 24) + FilmClip.h264
                    + ["-g", "\(gop)", "-keyint_min", "\(gop)", "-sc_threshold", "0"] + FilmClip.aac, "mkv")
            return try FilmProbe.probe(source)
        }
        #expect(try await film(250).original?.targetDuration == 10)
        let far = try await film(275)
        #expect(far.original == nil && far.decision.mode == .transcode && far.access == .indexed)
        #expect(far.decision.reason.contains("11 s"), "\(far.decision.reason)")
    }

    @Test func lengthsBecomeStartCodes() {
        let box: [UInt8] = [1, 100, 0, 31, 0xFF, 0xE1, 0, 2, 0x67, 9, 1, 0, 2, 0x68, 8]
        let nals = NALUnits(extradata: box)
        #expect(nals.parameterSets == [0, 0, 0, 1, 0x67, 9, 0, 0, 0, 1, 0x68, 8])
        #expect(nals.annexB([0, 0, 0, 2, 0x41, 7]) == [0, 0, 0, 1, 0x41, 7])
        #expect(nals.annexB([0, 0, 0, 2, 0x65, 7]) == nals.parameterSets + [0, 0, 0, 1, 0x65, 7])
        #expect(nals.isIDR([0, 0, 0, 2, 0x65, 7]) && !nals.isIDR([0, 0, 0, 2, 0x41, 7]))
        // Lengths that lie.
        #expect(nals.annexB([0, 0, 0, 9, 0x65, 7]) == nil)
        #expect(nals.annexB([0, 0, 0, 0, 0, 1]) == nil)
        #expect(nals.annexB([]) == nil)
        for count in 0..<box.count { _ = NALUnits(extradata: Array(box.prefix(count))) }
    }

    @Test func soundSaysWhatItIs() {
        // 48 kHz stereo LC, by AudioSpecificConfig and by header.
        let config = AACFrames(extradata: [0x11, 0x90], packet: [])
        #expect(config?.sampleRate == 48_000 && config?.channels == 2)
        let packet: [UInt8] = [0xFF, 0xF1, 0x4C, 0x80, 0x01, 0xBF, 0xFC, 1, 2, 3]
        let header = AACFrames(extradata: [], packet: packet)
        #expect(header?.sampleRate == 48_000 && header?.channels == 2)
        #expect(AACFrames.raw(packet) == [1, 2, 3] && AACFrames.raw([1, 2]) == [1, 2])
        #expect(AACFrames(extradata: [], packet: [1, 2, 3]) == nil)
    }
}
