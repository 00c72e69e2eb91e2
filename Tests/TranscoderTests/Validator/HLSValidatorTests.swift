import Live
import TestSupport
import Testing

/// The validator finds nothing in good output, and the right thing in output that is broken in one place.
@Suite struct HLSValidatorTests {
    @Test(arguments: [FrameRate(25), FrameRate(30_000, 1001), FrameRate(24_000, 1001)])
    func goodOutputIsGood(rate: FrameRate) async throws {
        let report = try await RecordingBuilder.make(rate).recording().validate()
        #expect(report.isValid, "\(report)")
        #expect(report.counts["segments"] == 12)
        #expect(report.counts["versions"] == 12)
        #expect(report.counts["frames"] == Int(SegmentGrid(frameRate: rate).firstFrame(of: 6)) * 2)
        #expect((report.bitrates["360p"]?.peak ?? 0) > 300_000)
    }

    /// Breaks the third segment of the first rendition.
    @Test(arguments: SegmentFault.allCases)
    func aBrokenSegmentIsFound(fault: SegmentFault) async throws {
        var builder = try await RecordingBuilder.make()
        builder.variants[0].segments[2] = fault.apply(builder.variants[0].segments[2])
        let report = builder.recording().validate()
        #expect(report.has(fault.rule), "\(report)")
        #expect(report.violations.allSatisfy { $0.place.contains("360p") }, "\(report)")
    }

    @Test func aMissingFrameIsFound() async throws {
        var builder = try await RecordingBuilder.make()
        let clip = try await Clips.shared.clip(FrameRate(25))
        let source = ClipSegments(clip, rate: FrameRate(25))
        var muxer = TSMuxer(program: .muxed)
        builder.variants[0].segments = source.segments.enumerated().map { index, segment in
            let video = index == 3 ? Array(segment.video.dropLast()) : segment.video
            return muxer.segment(video: video, audio: segment.audio, discontinuity: false)
        }
        let report = builder.recording().validate()
        #expect(report.has("grid.count") && report.has("extinf") && report.has("renditions.boundary"), "\(report)")
    }

    @Test func aMissingSoundIsFound() async throws {
        var builder = try await RecordingBuilder.make()
        let source = ClipSegments(try await Clips.shared.clip(FrameRate(25)), rate: FrameRate(25))
        for drop in [0, 20, 93] {
            var muxer = TSMuxer(program: .muxed)
            builder.variants[0].segments = source.segments.enumerated().map { index, segment in
                var audio = segment.audio
                if index == 2 { audio.remove(at: drop) }
                return muxer.segment(video: segment.video, audio: audio, discontinuity: false)
            }
            let report = builder.recording().validate()
            #expect(report.has("audio.join") || report.has("audio.share"), "\(drop): \(report)")
        }
    }

    @Test func anEXTINFOffByOneTickIsFound() async throws {
        var builder = try await RecordingBuilder.make()
        builder.durations[3] += 11
        #expect(builder.recording().validate().has("extinf"))
    }

    @Test func bitratesAboveTheDeclaredAreFound() async throws {
        var builder = try await RecordingBuilder.make()
        builder.bandwidth = 400_000
        let report = builder.recording().validate()
        #expect(report.has("bandwidth.peak") && report.has("bandwidth.average"), "\(report)")
    }

    @Test func theWrongRateCodecAndSizeAreFound() async throws {
        var builder = try await RecordingBuilder.make()
        let first = builder.variants[0]
        builder.variants[0] = .init(
            name: first.name, width: 1280, height: 720, codec: "avc1.640033", segments: first.segments)
        let report = builder.recording().validate()
        #expect(report.has("resolution") && report.has("codecs"), "\(report)")
        builder.frameRate = "24.000"
        #expect(builder.recording().validate().has("video.grid"))
    }

    /// A new epoch starts its line and counters anew, behind a DISCONTINUITY.
    @Test func aTakeoverIsLegalOnlyBehindADiscontinuity() async throws {
        var builder = try await RecordingBuilder.make()
        for index in builder.variants.indices { builder.variants[index].segments += builder.variants[index].segments }
        builder.durations += builder.durations
        builder.window = 10
        #expect(builder.recording().validate().has("video.join"))
        builder.discontinuities = [6]
        let report = builder.recording().validate()
        #expect(report.isValid, "\(report)")
    }
}

/// One thing that can be wrong with a segment, and the rule that must catch it.
enum SegmentFault: String, CaseIterable, CustomTestStringConvertible {
    case droppedPacket, counterSkip, counterSkipAtJoin, videoTickLate, audioTickLate, oneUnitLate, noIDR,
        clockPastDecoding, clockBack
    case clockRare, noTables, cutShort, wrongChecksum, unknownStream

    var testDescription: String { rawValue }

    var rule: String {
        switch self {
        case .droppedPacket, .counterSkip, .counterSkipAtJoin: "cc"
        case .videoTickLate, .oneUnitLate: "video.grid"
        case .audioTickLate: "audio.grid"
        case .noIDR: "idr"
        case .clockPastDecoding: "pcr.late"
        case .clockBack: "pcr.order"
        case .clockRare: "pcr.gap"
        case .noTables: "ts.tables"
        case .cutShort: "ts.size"
        case .wrongChecksum: "pmt"
        case .unknownStream: "ts.pid"
        }
    }

    func apply(_ segment: [UInt8]) -> [UInt8] {
        switch self {
        case .droppedPacket: return BrokenSegments.without(packet: 40, segment)
        case .counterSkip: return BrokenSegments.withSkippedCounter(segment, pid: BrokenSegments.video, from: 30)
        case .counterSkipAtJoin: return BrokenSegments.withSkippedCounter(segment, pid: BrokenSegments.audio)
        case .videoTickLate: return BrokenSegments.shifted(segment, pid: BrokenSegments.video, by: 1)
        case .audioTickLate: return BrokenSegments.shifted(segment, pid: BrokenSegments.audio, by: 1, units: 1)
        case .oneUnitLate: return BrokenSegments.shifted(segment, pid: BrokenSegments.video, by: 1, units: 1)
        case .noIDR: return BrokenSegments.withoutIDR(segment)
        case .clockPastDecoding: return BrokenSegments.withClockShifted(segment, by: 63_001)
        case .clockBack: return BrokenSegments.withClockShifted(segment, by: -90_000)
        case .clockRare: return BrokenSegments.withoutClock(segment, every: 3)
        case .noTables: return Array(segment[(2 * 188)...])
        case .cutShort: return segment.dropLast(100)
        case .wrongChecksum:
            var bytes = segment
            bytes[188 + 20] ^= 1
            return bytes
        case .unknownStream:
            var bytes = segment
            bytes[188 * 10 + 2] = 0x55
            return bytes
        }
    }
}
