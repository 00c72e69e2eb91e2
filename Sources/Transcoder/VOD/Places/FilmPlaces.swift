import Contracts
import Media

/// Where reading can begin in a film whose file has no index, found by looking at few blocks of it.
///
/// A jump costs about four looks, each at one block (`PlaceSearch`). One thread at a time; throws what the source throws.
struct FilmPlaces {
    private let source: any RandomAccessSource
    private let finder: any PlaceFinder
    private let clock: SourceClock

    /// Nil: the container has no times that could be found.
    /// - Parameters:
    ///   - video: the picture's stream.
    ///   - clock: the picture's.
    init?(source: any RandomAccessSource, container: FilmContainer, video: StreamDescription, clock: SourceClock) {
        guard let finder = Self.finder(of: container, video: video) else { return nil }
        self.finder = finder
        self.source = source
        self.clock = clock
    }

    static func finder(of container: FilmContainer, video: StreamDescription) -> (any PlaceFinder)? {
        switch container {
        case .mpegts: TransportPlaces(packetID: video.id)
        case .mpegps: ProgramPlaces()
        case .matroska: ClusterPlaces()
        case .flv: TagPlaces()
        case .mp4, .avi: nil
        }
    }

    /// The best place to read on from to `ticks`. Nil: the file's beginning.
    func place(before ticks: Int64, duration: Int64) throws -> Place? {
        var search = PlaceSearch(target: ticks, size: source.size, duration: duration)
        while true {
            switch search.step {
            case .found(let place): return place
            case .look(let position): search.saw(try first(from: position), from: position)
            }
        }
    }

    /// The first place in the file's last `blocks` blocks.
    func place(inLast blocks: Int64) throws -> Place? {
        let all = (source.size + PlaceSearch.block - 1) / PlaceSearch.block
        return try first(from: max(0, all - blocks) * PlaceSearch.block)
    }

    /// The first place at or after a byte, if it is not out of the finder's reach.
    private func first(from position: Int64) throws -> Place? {
        var bytes: [UInt8] = []
        while bytes.count < finder.reach, position + Int64(bytes.count) < source.size {
            let count = max(Int(PlaceSearch.block), bytes.count)
            bytes += try source.bytes(at: position + Int64(bytes.count), count: count)
            if let sighting = bytes.withUnsafeBytes(finder.place) {
                let place = position + Int64(sighting.offset)
                return Place(
                    position: place, time: sighting.time, ticks: clock.ticks(sighting.time),
                    next: sighting.length.map { place + $0 })
            }
        }
        return nil
    }
}
