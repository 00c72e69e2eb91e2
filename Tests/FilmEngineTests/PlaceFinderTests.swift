import Media
import TestSupport
import Testing

@testable import VOD

/// What stands at any byte of a file, held against what libav reads there.
@Suite struct PlaceFinderTests {
    @Test(arguments: [IndexlessClip.ts, .m2ts, .flv, .matroska, .program]) func placesAreWhereUnitsBegin(
        clip: IndexlessClip
    ) async throws {
        let source = try await clip.short()
        let file = try FilmFile(source)
        let video = try #require(file.demuxer.streams.first { $0.kind == .video })
        let finder = try #require(
            FilmPlaces.finder(of: file.container, video: video), "\(clip) is a \(file.container)")
        var times: [Int64] = []
        while let packet = try file.demuxer.nextPacket() {
            if packet.stream == video.index, let time = packet.dts ?? packet.pts { times.append(time) }
        }
        let bytes = try source.bytes(at: 0, count: Int(source.size))
        var last = Int64.min
        var found = 0
        for start in stride(from: 0, to: bytes.count, by: 60_013) {
            let window = Array(bytes[start..<min(bytes.count, start + 400_000)])
            guard let sighting = window.withUnsafeBytes(finder.place) else { continue }
            found += 1
            #expect(sighting.time >= last, "\(clip) at \(start)")
            last = sighting.time
            // A cluster's time is its first packet's, whichever stream's; the others name a picture's.
            if clip != .matroska { #expect(times.contains(sighting.time), "\(clip) at \(start): \(sighting)") }
            // Reading on from there is reading on from that time.
            let other = try FilmFile(source)
            let place = Place(
                position: Int64(start + sighting.offset), time: sighting.time, ticks: 0, next: nil)
            #expect(try other.demuxer.seek(to: place, stream: video.index, in: file.container))
            var first: Packet?
            while first == nil, let packet = try other.demuxer.nextPacket() {
                if packet.stream == video.index { first = packet }
            }
            let read = try #require(first?.dts ?? first?.pts, "\(clip) at \(start)")
            #expect(read >= sighting.time && times.contains(read), "\(clip) at \(start): \(read) after \(sighting)")
        }
        #expect(found > bytes.count / 60_013 / 2)
    }

    /// Bytes that are no such container hold no places, or absurd ones, and never end the process.
    @Test func noiseIsSearchedToItsEnd() {
        var random = SmallRandom(state: 99)
        let finders: [any PlaceFinder] = [
            TransportPlaces(packetID: 256), ProgramPlaces(), ClusterPlaces(), TagPlaces(),
        ]
        for finder in finders {
            for round in 0..<200 {
                var noise = (0..<3_000).map { _ in UInt8(truncatingIfNeeded: random.next() >> 20) }
                // What each of them looks for, anywhere.
                let bait: [UInt8] =
                    [
                        [0x1F, 0x43, 0xB6, 0x75, 0xFF, 0xE7, 0x88], [0x47, 0x41, 0, 0x30, 0xFF],
                        [0, 0, 1, 0xE0, 0, 0, 0x80, 0xC0],
                    ][
                        round % 3]
                let place = Int(random.next() % UInt64(noise.count - bait.count))
                noise.replaceSubrange(place..<place + bait.count, with: bait)
                for count in [0, 1, 5, 20, 188, place + 3, place + bait.count, noise.count] {
                    _ = Array(noise.prefix(count)).withUnsafeBytes(finder.place)
                }
            }
        }
    }
}
