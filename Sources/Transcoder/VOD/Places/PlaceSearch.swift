import Contracts

/// Where in a file a time lies, when nothing in the file tells: which byte to look at next, and when to stop. Pure.
///
/// Between two known times the place is guessed by proportion, as films' rates vary little over minutes; a guess that did
/// not halve the rest is followed by a look at its middle, so that no file takes more than twice the looks of plain bisection.
/// Looks are at whole blocks of the film's reader: nothing finer could save a byte of the provider.
struct PlaceSearch: Sendable {
    enum Step: Sendable, Equatable {
        /// Find the first place at or after this byte, and say with `saw` what it is.
        case look(at: Int64)
        /// The best place at or before the time. Nil: the file's beginning.
        case found(Place?)
    }

    static let block = Int64(FilmPiece.sourceBlock)
    /// So near before the time a place is good enough: reading on costs less than another look. Ticks.
    static let near = 2 * FilmGrid.ticksPerSecond
    /// Then the best one known is taken. A film of 8 GiB has 2¹⁵ blocks.
    static let mostLooks = 28

    /// A byte of the file, and the time that begins there.
    private struct Edge {
        var position: Int64
        var ticks: Int64
    }

    private let target: Int64
    private var low = Edge(position: 0, ticks: 0)
    private var high: Edge
    private var best: Place?
    private var looks = 0
    private var spanBefore = Int64.max

    /// - Parameters:
    ///   - target: ticks after the first picture.
    ///   - size: bytes of the file.
    ///   - duration: ticks.
    init(target: Int64, size: Int64, duration: Int64) {
        self.target = target
        high = Edge(position: size, ticks: max(1, duration))
    }

    var step: Step {
        guard target - low.ticks > Self.near, looks < Self.mostLooks else { return .found(best) }
        if let next = best?.next, next >= high.position { return .found(best) }
        // The first whole block behind the best place, and the last before what is too late.
        let first = best?.next ?? (low.position / Self.block + 1) * Self.block
        let last = (high.position - 1) / Self.block * Self.block
        guard first <= last else { return .found(best) }
        return .look(at: min(max(guess, first), last))
    }

    private var guess: Int64 {
        let span = high.position - low.position
        var position = low.position + span / 2
        if span <= spanBefore / 2, high.ticks > low.ticks {
            let part = Double(target - low.ticks) / Double(high.ticks - low.ticks)
            position = low.position + Int64(Double(span) * min(max(part, 0), 1)) - Self.block
        }
        return position / Self.block * Self.block
    }

    /// - Parameters:
    ///   - place: the first one at or after `position`; nil: there is none before what is known to be too late.
    ///   - position: as `look` asked.
    mutating func saw(_ place: Place?, from position: Int64) {
        looks += 1
        spanBefore = high.position - low.position
        if let place, place.ticks <= target, place.position < high.position {
            best = place
            low = Edge(position: place.position, ticks: place.ticks)
        } else {
            if let place, place.position < high.position { high.ticks = place.ticks }
            high.position = position
        }
    }
}
