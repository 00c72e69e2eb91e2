import Media
import Testing

@Suite struct MediaEncodingTests {
    static let size = PictureSize(width: 640, height: 360)

    static func parameters(_ preset: String, _ options: [String: String] = [:]) -> VideoEncoderParameters {
        VideoEncoderParameters(
            size: size, frameRate: Rational(25, 1), colour: .bt709, rateFactor: 23, maxRate: 600_000,
            bufferSize: 600_000, preset: preset, options: options)
    }

    static let pictures: [Frame] = {
        let bytes = try? MediaClip.make("-f lavfi -i testsrc2=s=640x360:r=25:d=6 -c:v mpeg2video -q:v 4 -f mpegts")
        let frames = try? DecodedClip(MemorySource(bytes ?? [])).video
        return frames ?? []
    }()

    static func encode(
        _ parameters: VideoEncoderParameters, keys: Set<Int> = [], from start: Int = 0, count: Int = 150
    ) throws -> [EncodedPacket] {
        let encoder = try VideoEncoder(parameters)
        let scaler = try Scaler(size: size, colour: .bt709)
        var packets: [EncodedPacket] = []
        for (offset, frame) in pictures.prefix(count).enumerated() {
            let picture = try scaler.scale(frame)
            packets += try encoder.encode(picture, index: Int64(start + offset), forceIDR: keys.contains(offset))
        }
        return packets + (try encoder.flush())
    }

    @Test func keyPicturesAreWhereTheyAreForcedAndNowhereElse() throws {
        #expect(Self.pictures.count == 150)
        let packets = try Self.encode(Self.parameters("veryfast"), keys: [25, 50, 100], from: 1_000)
        #expect(packets.count == 150)
        #expect(packets.filter(\.isKey).map(\.pts) == [1_000, 1_025, 1_050, 1_100])
        #expect(Set(packets.map(\.pts)) == Set(1_000..<1_150))
        #expect(zip(packets, packets.dropFirst()).allSatisfy { $0.dts + 1 == $1.dts })
        #expect(packets.allSatisfy { $0.dts <= $0.pts })
    }

    @Test func everyKeyPictureStartsWithItsHeaders() throws {
        let packets = try Self.encode(Self.parameters("veryfast"), keys: [50])
        for packet in packets {
            let units = NALUnit.all(in: packet.data)
            #expect(units.first?.type == 9)
            let types = units.map(\.type)
            #expect(types.contains(5) == packet.isKey)
            if packet.isKey { #expect(types.filter { $0 == 7 || $0 == 8 } == [7, 8]) }
        }
    }

    /// What makes seams of encoders, and a cheaper preset at run time, invisible.
    @Test func headersDoNotDependOnThePresetOrTheContent() throws {
        let reference = try Self.headers(Self.encode(Self.parameters("veryfast"), count: 30))
        #expect(try Self.headers(Self.encode(Self.parameters("superfast"), count: 30)) == reference)
        let cheapest = ["cabac": "1", "8x8dct": "1", "bframes": "3", "weightp": "1", "weightb": "1"]
        #expect(try Self.headers(Self.encode(Self.parameters("ultrafast", cheapest), count: 30)) == reference)
        #expect(try Self.headers(Self.encode(Self.parameters("ultrafast"), count: 30)) != reference)
        var cheaper = Self.parameters("superfast")
        cheaper.rateFactor = 30
        cheaper.maxRate = 500_000
        #expect(try Self.headers(Self.encode(cheaper, count: 30)) == reference)
    }

    @Test func theDeclaredCodecIsInTheHeaders() throws {
        let packets = try Self.encode(Self.parameters("veryfast"), count: 20)
        let sps = try #require(NALUnit.all(in: packets[0].data).first { $0.type == 7 })
        let digits = sps.payload[1...3].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(Self.parameters("veryfast").codecs == "avc1.\(digits)")
        #expect(digits == "64001e")
    }

    @Test(arguments: [
        (1280, 720, 25, 31), (1280, 720, 30, 31), (854, 480, 25, 30), (854, 480, 30, 31), (640, 360, 30, 30),
        (1920, 1080, 25, 40), (1280, 720, 50, 32),
    ])
    func levelsFollowTheTable(width: Int, height: Int, rate: Int, level: Int) {
        var parameters = Self.parameters("veryfast")
        parameters.size = PictureSize(width: width, height: height)
        parameters.frameRate = Rational(rate, 1)
        #expect(parameters.effectiveLevel == level)
    }

    @Test func pictureTypesOfTheSourceDoNotLeak() throws {
        // Every source picture is an I picture; obeying that would make every packet a key.
        let bytes = try MediaClip.make("-f lavfi -i testsrc2=s=640x360:r=25:d=1 -c:v mpeg2video -g 1 -f mpegts")
        let frames = try DecodedClip(MemorySource(bytes)).video
        let encoder = try VideoEncoder(Self.parameters("veryfast"))
        var packets: [EncodedPacket] = []
        for (index, frame) in frames.enumerated() { packets += try encoder.encode(frame, index: Int64(index)) }
        packets += try encoder.flush()
        #expect(packets.filter(\.isKey).count == 1)
    }

    @Test func wrongSizesAndUnknownPresetsAreRefused() throws {
        let encoder = try VideoEncoder(Self.parameters("veryfast"))
        let wrong = try Frame.black(PictureSize(width: 320, height: 180), colour: .bt709)
        #expect(throws: LibavError.self) { try encoder.encode(wrong, index: 0) }
        #expect(throws: LibavError.self) { try VideoEncoder(Self.parameters("warp")) }
    }

    static func headers(_ packets: [EncodedPacket]) throws -> [[UInt8]] {
        let first = try #require(packets.first)
        return NALUnit.all(in: first.data).filter { $0.type == 7 || $0.type == 8 }.map(\.payload)
    }
}

/// One unit of an Annex B stream.
struct NALUnit {
    let payload: [UInt8]
    var type: UInt8 { (payload.first ?? 0) & 0x1F }

    static func all(in data: [UInt8]) -> [NALUnit] {
        var starts: [(code: Int, payload: Int)] = []
        var index = 0
        while index + 3 <= data.count {
            if data[index] == 0, data[index + 1] == 0, data[index + 2] == 1 {
                let code = index > 0 && data[index - 1] == 0 ? index - 1 : index
                starts.append((code, index + 3))
                index += 3
            } else {
                index += 1
            }
        }
        return starts.indices.map { position in
            let end = position + 1 < starts.count ? starts[position + 1].code : data.count
            return NALUnit(payload: Array(data[starts[position].payload..<end]))
        }
    }
}
