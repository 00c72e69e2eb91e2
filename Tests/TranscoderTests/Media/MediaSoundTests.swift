import Foundation
import Media
import Testing

@Suite struct MediaSoundTests {
    @Test func packetsLieOnTheGridWithOneOfPriming() throws {
        let encoder = try AudioEncoder(sampleRate: 48_000, bitRate: 96_000)
        var packets: [EncodedPacket] = []
        for block in 0..<10 as Range<Int64> {
            let ready = try encoder.encode(.silence(1_024), index: 100 + block)
            // Packet t needs block t + 2.
            if block >= 2 { #expect(ready.map(\.pts) == [100 + block - 2]) }
            packets += ready
        }
        #expect(packets.map(\.pts) == Array(99...107))
        packets += try encoder.flush()
        #expect(packets.map(\.pts) == Array(99...109))
    }

    @Test func framesCarryTheirHeader() throws {
        let encoder = try AudioEncoder(sampleRate: 44_100, bitRate: 64_000)
        for block in 0..<8 as Range<Int64> {
            for packet in try encoder.encode(.silence(1_024), index: block) {
                let header = packet.data.prefix(7)
                #expect(header[0] == 0xFF && header[1] == 0xF1)
                #expect(header[2] >> 2 & 0xF == 4)
                let length = Int(header[3] & 3) << 11 | Int(header[4]) << 3 | Int(header[5]) >> 5
                #expect(length == packet.data.count)
            }
        }
        #expect(encoder.configuration.prefix(2) == [0x12, 0x10])
        #expect(throws: LibavError.self) { try AudioEncoder(sampleRate: 44_000, bitRate: 64_000) }
        #expect(throws: LibavError.self) { try encoder.encode(.silence(1_000), index: 9) }
    }

    /// A tone through resampler, encoder and decoder comes back at the same place and pitch.
    @Test(arguments: [(48_000, "5.1"), (44_100, "stereo"), (32_000, "mono")])
    func aToneSurvives(rate: Int, layout: String) throws {
        let bytes = try MediaClip.make(
            "-f lavfi -i sine=1000:r=\(rate):d=2 -af aformat=channel_layouts=\(layout) -c:a ac3 -f mpegts")
        let resampler = Resampler(sampleRate: 48_000)
        var samples = StereoSamples()
        let clip = try DecodedClip(MemorySource(bytes))
        for frame in clip.audio { samples.append(try resampler.convert(frame)) }
        samples.append(try resampler.flush())
        let input = clip.audio.reduce(0) { $0 + $1.samples }
        #expect(abs(samples.count - input * 48_000 / rate) <= 1)
        let middle = samples[20_000..<68_000]
        let crossings = zip(middle.left, middle.left.dropFirst()).count { $0 < 0 && $1 >= 0 }
        #expect(abs(crossings - 1_000) <= 2)
        let apart = zip(middle.left, middle.right).map { abs($0 - $1) }.max() ?? 1
        #expect(apart < 0.001)
        let peak = middle.left.map(abs).max() ?? 0
        #expect((0.01...1).contains(peak))
    }

    @Test func equalRatesLoseAndDelayNothing() throws {
        let bytes = try MediaClip.make("-f lavfi -i sine=1000:r=48000:d=1 -ac 2 -c:a ac3 -f mpegts")
        let resampler = Resampler(sampleRate: 48_000)
        for frame in try DecodedClip(MemorySource(bytes)).audio {
            #expect(try resampler.convert(frame).count == frame.samples)
        }
        #expect(resampler.delayedSamples == 0)
    }

    @Test func aChangeInMidStreamLosesNoSample() throws {
        let clips = try ["-ac 6 -ar 48000", "-ac 2 -ar 44100", "-ac 1 -ar 32000"].map {
            try DecodedClip(MemorySource(try MediaClip.make("-f lavfi -i sine=500:d=1 \($0) -c:a ac3 -f mpegts"))).audio
        }
        let resampler = Resampler(sampleRate: 48_000)
        var samples = StereoSamples()
        for frame in clips.joined() { samples.append(try resampler.convert(frame)) }
        samples.append(try resampler.flush())
        let expected = clips.joined().reduce(0) { $0 + Double($1.samples) * 48_000 / Double($1.sampleRate) }
        #expect(abs(Double(samples.count) - expected) <= 3)
    }

    @Test func samplesAreTakenFromTheFront() {
        var samples = StereoSamples(left: [1, 2, 3], right: [4, 5, 6])
        samples.append(.silence(1))
        #expect(samples.removeFirst(2) == StereoSamples(left: [1, 2], right: [4, 5]))
        #expect(samples == StereoSamples(left: [3, 0], right: [6, 0]))
        #expect(samples.removeFirst(9).count == 2)
        #expect(samples.isEmpty)
    }
}
