import Contracts

/// What this gateway's viewers want of one film now. A value type without IO.
///
/// A piece is wished for as long as a request for it is held: to be loaded if it is stored, else, or when the store does not
/// answer, to be made. What was served since the last tick tells the owner where viewers are. Bounded by the held requests,
/// and by `maximumPositions`.
struct FilmWants: Sendable {
    /// What the next report to the fleet says.
    struct Batch: Sendable, Equatable {
        /// To the film's owner.
        var wishes: [FilmPiece] = []
        /// To the SegmentStores.
        var loads: [FilmSegmentName] = []
        var positions: [FilmPiece] = []
    }

    /// Where a piece is to be had.
    enum Source: Sendable, Equatable {
        /// Nobody has looked whether it is stored.
        case unknown
        /// Stored, and the SegmentStores are asked since then.
        case loading(since: ContinuousClock.Instant)
        /// Stored, but nobody has loaded it in time: made again if that is quicker.
        case late
        case owner
        /// Said to be there since then: whoever waits reads it now, and nobody is asked again in between.
        case arrived(since: ContinuousClock.Instant)
    }

    private struct Piece: Sendable {
        var holders = 0
        var hints = 0
        var source = Source.unknown
        /// The SegmentStores alone were asked when it came.
        var wasLoaded = false
    }

    /// How long the SegmentStores have before the owner is asked too (DESIGN §4, flow 4).
    static let loadPatience = Duration.milliseconds(300)
    /// A piece that is said to be there, but is still waited for, is looked for anew after this.
    static let arrivalPatience = Duration.seconds(1)

    /// Of one report; more wishes wait for the next one, more positions are forgotten.
    static let maximumWishes = 200
    static let maximumPositions = 200

    private var pieces: [FilmSegmentName: Piece] = [:]
    private var probes = 0
    private var positions: Set<FilmPiece> = []
    private var isTouched = false

    /// Whether anybody wants anything since the last tick.
    var isEmpty: Bool { pieces.isEmpty && probes == 0 && !isTouched }
    /// Requests that are being held.
    var heldCount: Int { pieces.values.reduce(probes) { $0 + $1.holders } }

    func isHeld(_ name: FilmSegmentName) -> Bool { pieces[name] != nil }
    /// Whether a piece that is there now came out of storage: nobody else was asked for it.
    func wasLoaded(_ name: FilmSegmentName) -> Bool {
        guard let piece = pieces[name] else { return false }
        if case .loading = piece.source { return true }
        return piece.wasLoaded
    }
    /// Whether it may come without the film's owner.
    func mayBeStored(_ name: FilmSegmentName) -> Bool { pieces[name].map { $0.source != .owner } ?? false }
    /// Pieces that nobody has looked for in storage.
    var unknown: [FilmSegmentName] {
        Array(pieces.lazy.filter { $0.value.source == .unknown }.map(\.key).prefix(Self.maximumWishes))
    }
    func hints(of name: FilmSegmentName?) -> Int { name.flatMap { pieces[$0]?.hints } ?? 0 }

    /// Somebody watches, and waits for nothing.
    mutating func touch() { isTouched = true }

    mutating func served(_ piece: FilmPiece) {
        isTouched = true
        if positions.count < Self.maximumPositions { positions.insert(piece) }
    }

    /// - Parameter name: `nil`: only what is in the film is waited for.
    mutating func hold(_ name: FilmSegmentName?) {
        guard let name else { return probes += 1 }
        pieces[name, default: Piece()].holders += 1
    }

    mutating func release(_ name: FilmSegmentName?) {
        isTouched = true
        guard let name else { return probes -= 1 }
        guard var piece = pieces[name] else { return }
        piece.holders -= 1
        pieces[name] = piece.holders > 0 ? piece : nil
    }

    /// What storage says about a piece.
    mutating func located(_ name: FilmSegmentName, isStored: Bool, at now: ContinuousClock.Instant) {
        guard pieces[name]?.source == .unknown else { return }
        pieces[name]?.source = isStored ? .loading(since: now) : .owner
        pieces[name]?.hints += 1
    }

    /// Something was said about a piece; its waiters look again.
    /// - Parameter failed: it could not be loaded.
    mutating func hint(_ piece: FilmPiece, failed: Bool = false, at now: ContinuousClock.Instant = .now) {
        for name in pieces.keys where name.piece == piece {
            pieces[name]?.hints += 1
            if case .loading? = pieces[name]?.source, !failed { pieces[name]?.wasLoaded = true }
            if !failed { pieces[name]?.source = .arrived(since: now) }
            if failed, pieces[name]?.source != .unknown { pieces[name]?.source = .owner }
        }
    }

    /// Gives up waiting for the SegmentStores alone, and for bytes that did not come. Returns whether somebody is to be asked
    /// now.
    mutating func expire(at now: ContinuousClock.Instant) -> Bool {
        var isAny = false
        for (name, piece) in pieces {
            switch piece.source {
            case .loading(let since) where now - since >= Self.loadPatience: pieces[name]?.source = .late
            case .arrived(let since) where now - since >= Self.arrivalPatience: pieces[name]?.source = .unknown
            default: continue
            }
            isAny = true
        }
        return isAny
    }

    /// What to report now. Positions are taken, wishes stay for as long as they are held.
    /// - Parameter version: what the film's owner makes; it is not asked for another one.
    mutating func drain(version: String?) -> Batch {
        var batch = Batch(positions: Array(positions))
        positions = []
        isTouched = false
        for (name, piece) in pieces {
            let asksStore: Bool
            let asksOwner: Bool
            switch piece.source {
            case .unknown, .arrived: (asksStore, asksOwner) = (false, false)
            case .loading: (asksStore, asksOwner) = (true, false)
            case .late: (asksStore, asksOwner) = (true, true)
            case .owner: (asksStore, asksOwner) = (false, true)
            }
            if asksStore { batch.loads.append(name) }
            if asksOwner, name.version == version { batch.wishes.append(name.piece) }
        }
        batch.wishes.removeLast(max(0, batch.wishes.count - Self.maximumWishes))
        batch.loads.removeLast(max(0, batch.loads.count - Self.maximumWishes))
        return batch
    }

    /// Puts back what could not be reported.
    mutating func restore(_ batch: Batch) {
        for piece in batch.positions { served(piece) }
    }
}
