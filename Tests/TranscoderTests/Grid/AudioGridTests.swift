import Testing

@testable import Live

@Suite struct AudioGridTests {
    @Test func packetsOfTheFirstSegments() {
        let grid = SegmentGrid(frameRate: FrameRate(25))
        let audio = AudioGrid(sampleRate: 48_000)
        // 46.875 packets a second: the 47th begins in the second second.
        #expect(audio.packets(of: 0, in: grid) == 0..<47)
        #expect(audio.packets(of: 1, in: grid) == 47..<94)
        #expect(audio.packets(of: 2, in: grid) == 94..<188)
        #expect(audio.ticks(ofPacket: 1) == 901_920)
        #expect(audio.ticks(ofPacket: -1) == 898_080)
    }

    @Test func ratesThatAreKept() {
        #expect(AudioGrid(forSourceRate: 44_100).sampleRate == 44_100)
        #expect(AudioGrid(forSourceRate: 32_000).sampleRate == 32_000)
        #expect(AudioGrid(forSourceRate: 22_050).sampleRate == 48_000)
        #expect(AudioGrid(forSourceRate: 96_000).sampleRate == 48_000)
    }

    @Test(arguments: [32_000, 44_100, 48_000] as [Int64])
    func eachPacketIsInTheSegmentInWhichItBegins(sampleRate: Int64) {
        let audio = AudioGrid(sampleRate: sampleRate)
        for rate in SegmentGridTests.rates {
            let grid = SegmentGrid(frameRate: rate)
            for start in [0, 25_000] as [Int64] {
                for segment in start..<(start + 20) {
                    let packets = audio.packets(of: segment, in: grid)
                    #expect(packets.upperBound == audio.packets(of: segment + 1, in: grid).lowerBound)
                    guard let first = packets.first, let last = packets.last else { continue }
                    #expect(audio.ticks(ofPacket: first) >= grid.start(of: segment))
                    #expect(audio.ticks(ofPacket: last) <= grid.start(of: segment + 1))
                }
            }
        }
    }

    @Test func samplesAndTicksAgreeForADay() {
        let audio = AudioGrid(sampleRate: 44_100)
        for sample in [0, 1, 1_024, 44_100 * 86_400] as [Int64] {
            #expect(audio.sample(nearestTicks: audio.ticks(ofSample: sample)) == sample)
        }
        #expect(audio.ticks(ofSample: 44_100 * 86_400) == 900_000 + 86_400 * 90_000)
    }
}
