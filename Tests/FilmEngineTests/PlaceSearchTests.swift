import Contracts
import TestSupport
import Testing

@testable import VOD

/// Which bytes are looked at, without any file.
@Suite struct PlaceSearchTests {
    /// A file in which places are so many bytes apart, and time runs as `ticks` says.
    private struct Model: Sendable {
        let size: Int64
        let spacing: Int64
        var tellsNext = false
        let ticks: @Sendable (Double) -> Double

        func place(_ number: Int64) -> Place? {
            let position = number * spacing + 777
            guard position < size else { return nil }
            let time = Int64(ticks(Double(position) / Double(size)) * Double(duration))
            return Place(
                position: position, time: time, ticks: time, next: tellsNext ? position + spacing : nil)
        }
        var duration: Int64 { 3 * 3600 * FilmGrid.ticksPerSecond }

        /// The place found and the looks that it took.
        func find(_ target: Int64) -> (place: Place?, looks: Int) {
            var search = PlaceSearch(target: target, size: size, duration: duration)
            for looks in 0... {
                switch search.step {
                case .found(let place): return (place, looks)
                case .look(let position):
                    search.saw(place(max(0, (position - 777 + spacing - 1) / spacing)), from: position)
                }
            }
            return (nil, .max)
        }

        /// The last place at or before a time.
        func best(_ target: Int64) -> Place? {
            var (low, high): (Int64, Int64) = (-1, (size - 777 + spacing - 1) / spacing)
            while high - low > 1 {
                let middle = (low + high) / 2
                if place(middle).map({ $0.ticks <= target }) ?? false { low = middle } else { high = middle }
            }
            return low < 0 ? nil : place(low)
        }
    }

    private static let models: [Model] = [
        // An even rate; few places; one in which the rate changes a lot; nearly all of the time in little of the file.
        Model(size: 700 << 20, spacing: 40_000, ticks: { $0 }),
        Model(size: 2 << 30, spacing: 5 << 20, tellsNext: true, ticks: { $0 }),
        Model(size: 2 << 30, spacing: 5 << 20, ticks: { $0 }),
        Model(size: 4 << 30, spacing: 300_000, ticks: { $0 * $0 }),
        Model(size: 8 << 30, spacing: 900_000, ticks: { $0 < 0.9 ? $0 / 90 : 0.01 + ($0 - 0.9) * 9.9 }),
        Model(size: 8 << 30, spacing: 900_000, ticks: { $0 < 0.001 ? $0 * 990 : 0.99 + ($0 - 0.001) / 100 }),
    ]

    @Test(arguments: 0..<models.count) func thePlaceBeforeAnyTimeIsFoundWithFewLooks(number: Int) throws {
        let model = Self.models[number]
        var random = SmallRandom(state: UInt64(number) + 3)
        var all = 0
        for _ in 0..<100 {
            let target = Int64(random.next() % UInt64(model.duration))
            let (place, looks) = model.find(target)
            all += looks
            #expect(looks <= PlaceSearch.mostLooks)
            guard let place else {
                // Only where the beginning is as good.
                let best = model.best(target)
                #expect(best.map { $0.position <= PlaceSearch.block + model.spacing } ?? true)
                continue
            }
            #expect(place.ticks <= target)
            // Near in time, or as near in bytes as whole blocks can be.
            let best = try #require(model.best(target))
            #expect(
                target - place.ticks <= PlaceSearch.near
                    || best.position - place.position <= PlaceSearch.block + model.spacing,
                "\(target) \(place) \(best)")
        }
        print("model \(number): \(Double(all) / 100) looks a jump")
        #expect(all <= 100 * 20)
        if number < 2 { #expect(all <= 100 * 5) }
    }

    @Test func aFileWithoutPlacesIsReadFromItsBeginning() {
        var search = PlaceSearch(target: 1 << 40, size: 1 << 30, duration: 1 << 41)
        var looks = 0
        while case .look(let position) = search.step {
            #expect(position > 0 && position % PlaceSearch.block == 0)
            search.saw(nil, from: position)
            looks += 1
        }
        #expect(search.step == .found(nil) && looks <= PlaceSearch.mostLooks)
    }

    @Test func timesOutsideOfTheFilmEndSomewhere() {
        for target: Int64 in [.min / 4, -1, 0, 1, .max / 4] {
            let model = Self.models[0]
            let (place, looks) = model.find(target)
            #expect(looks <= PlaceSearch.mostLooks)
            if target > model.duration { #expect(place.map { $0.ticks > model.duration * 9 / 10 } ?? false) }
            if target < 0 { #expect(place == nil) }
        }
    }
}
