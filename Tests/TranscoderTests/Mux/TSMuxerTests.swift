import TestSupport
import Testing

@testable import Live

@Suite struct TSMuxerTests {
    @Test(arguments: [TSProgram.muxed, .videoOnly, .audioOnly])
    func everythingComesOutAsItWentIn(program: TSProgram) async throws {
        let source = ClipSegments(try await Clips.shared.clip(FrameRate(25)), rate: FrameRate(25))
        var analyzer = TSAnalyzer()
        for (segment, bytes) in zip(source.segments, source.muxed(program)) {
            let found = analyzer.analyse(bytes, at: "segment", discontinuity: false)
            #expect(found.pictures.map(\.pts) == (program.video ? segment.video.map(\.pts) : []))
            #expect(found.pictures.map(\.dts) == (program.video ? segment.video.map(\.dts) : []))
            #expect(found.pictures.map(\.byteCount) == (program.video ? segment.video.map(\.data.count) : []))
            let sound = program.audio == nil ? [] : segment.audio
            #expect(found.sounds.reduce(0) { $0 + $1.byteCount } == sound.reduce(0) { $0 + $1.data.count })
            #expect(found.sounds.reduce(0) { $0 + $1.frameCount } == sound.count)
            #expect(found.sounds.first?.pts == sound.first?.pts)
            #expect(found.language == program.audio?.language)
            #expect(found.clocks.count >= 9)
        }
        #expect(analyzer.violations.list.isEmpty, "\(analyzer.violations.list)")
    }

    @Test func timesWrapAfter33Bits() async throws {
        let clip = try await Clips.shared.clip(FrameRate(25))
        // The wrap is in the middle of the clip.
        let source = ClipSegments(clip, rate: FrameRate(25), shift: (1 << 33) - 900_000 - 5 * 90_000)
        var analyzer = TSAnalyzer()
        let found = source.muxed(.muxed).map { analyzer.analyse($0, at: "segment", discontinuity: false) }
        #expect(analyzer.violations.list.isEmpty, "\(analyzer.violations.list)")
        #expect(found.flatMap(\.pictures).map(\.pts) == source.segments.flatMap(\.video).map(\.pts))
    }

    @Test func countersRunOn() async throws {
        let source = ClipSegments(try await Clips.shared.clip(FrameRate(25)), rate: FrameRate(25))
        let counters = source.muxed(.muxed).map { segment in (segment[3] & 15, segment[188 + 3] & 15) }
        #expect(counters.map(\.0) == [0, 1, 2, 3, 4, 5])
        #expect(counters.map(\.1) == [0, 1, 2, 3, 4, 5])
    }

    @Test func aDiscontinuityIsMarkedOnTheFirstPacketOfEachStream() async throws {
        let source = ClipSegments(try await Clips.shared.clip(FrameRate(25)), rate: FrameRate(25))
        var muxer = TSMuxer(program: .muxed)
        let segment = muxer.segment(
            video: source.segments[0].video, audio: source.segments[0].audio, discontinuity: true)
        let marked = packets(segment).filter { $0[3] & 0x20 != 0 && $0[4] > 0 && $0[5] & 0x80 != 0 }
        #expect(marked.map(pid).sorted() == [0x100, 0x101])
        let first = packets(segment).first { pid($0) == 0x100 }
        #expect(first?[5] == 0xD0)  // discontinuity, random access, clock
        let next = muxer.segment(video: source.segments[1].video, audio: source.segments[1].audio, discontinuity: false)
        #expect(!packets(next).contains { $0[3] & 0x20 != 0 && $0[4] > 0 && $0[5] & 0x80 != 0 })
    }

    @Test func aMissingDelimiterIsAdded() throws {
        let idr: [UInt8] = [0, 0, 0, 1, 0x67, 1, 2, 0, 0, 0, 1, 0x68, 1, 0, 0, 1, 0x65, 0x88, 1]
        for data in [idr, [0, 0, 1, 0x09, 0xF0] + idr, [0, 0, 0, 1, 0x09, 0xF0] + idr] {
            var muxer = TSMuxer(program: .videoOnly)
            let unit = AccessUnit(data: data, pts: 900_000, dts: 900_000, isKey: true)
            var analyzer = TSAnalyzer()
            let found = analyzer.analyse(
                muxer.segment(video: [unit], audio: [], discontinuity: false), at: "", discontinuity: false)
            #expect(found.pictures.first?.nalTypes == [9, 7, 8, 5])
        }
    }

    /// Every length has its own way of filling the last packet.
    @Test func unitsOfAnyLengthFit() {
        var muxer = TSMuxer(program: .videoOnly)
        var analyzer = TSAnalyzer()
        for length in 7..<800 {
            let data = [0, 0, 0, 1, 0x09, 0xF0, 0, 0, 1, 0x65, 0x88] + [UInt8](repeating: 0x55, count: length)
            let units = (0..<2).map {
                AccessUnit(
                    data: data, pts: 900_000 + Int64(length * 2 + $0) * 3600,
                    dts: 900_000 + Int64(length * 2 + $0) * 3600, isKey: true)
            }
            let found = analyzer.analyse(
                muxer.segment(video: units, audio: [], discontinuity: false), at: "\(length)", discontinuity: false)
            #expect(found.pictures.map(\.byteCount) == [data.count, data.count])
        }
        #expect(analyzer.violations.list.isEmpty, "\(analyzer.violations.list)")
    }

    private func packets(_ bytes: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: 188).map { Array(bytes[$0..<($0 + 188)]) }
    }

    private func pid(_ packet: [UInt8]) -> Int { Int(packet[1] & 0x1F) << 8 | Int(packet[2]) }
}
