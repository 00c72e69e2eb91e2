import Testing

@testable import Live

@Suite struct ClockPlacesTests {
    /// Bytes of a picture whose last transport packet is full, PES header included: there is no room for a clock.
    private static let full = 2 * 184

    private func picture(_ bytes: Int, dts: Int64) -> PESPacket {
        PESPacket(
            pid: TSProgram.videoPID, header: [], payload: [UInt8](repeating: 0, count: bytes), dts: dts)
    }

    private func places(_ sizes: [Int], step: Int64) -> [Int] {
        ClockPlaces.best(for: sizes.enumerated().map { picture($1, dts: Int64($0) * step) })
    }

    @Test func withRoomEverywhereTheClockIsAsSeldomAsAllowed() {
        // 40 ms: every second picture, also up to the next segment.
        #expect(places([100, 100, 100, 100, 100, 100], step: 3600) == [0, 2, 4])
        #expect(places([100, 100, 100, 100, 100], step: 3600).count == 3)
    }

    @Test func aFullPictureIsPassedBy() {
        let places = places([100, 100, Self.full, 100, 100, 100], step: 3600)
        #expect(places.prefix(3) == [0, 1, 3])
        #expect(places.count == 4)
    }

    @Test func farPicturesCarryItAll() {
        #expect(places([100, Self.full, 100], step: 18_000) == [0, 1, 2])
        #expect(places([100], step: 0) == [0])
        #expect(places([], step: 0).isEmpty)
    }

    /// Whatever the sizes: never further apart than 100 ms, and never dearer than every second picture.
    @Test func everySizeIsInTime() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let sizes = (0..<60).map { _ in Int.random(in: 1...700, using: &random) }
            let pictures = sizes.enumerated().map { picture($1, dts: Int64($0) * 3600) }
            let places = ClockPlaces.best(for: pictures)
            #expect(places.first == 0)
            #expect(zip(places, places.dropFirst() + [60]).allSatisfy { $1 - $0 <= 2 })
            #expect(cost(pictures, places) <= cost(pictures, Array(stride(from: 0, to: 60, by: 2))))
        }
    }

    private func cost(_ pictures: [PESPacket], _ places: [Int]) -> Int {
        pictures.indices.reduce(0) { sum, index in
            var picture = pictures[index]
            if places.contains(index) { picture.clock = .init(start: 0) }
            return sum + TSPacketWriter.packets(of: picture)
        }
    }
}
