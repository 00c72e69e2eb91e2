/// Compares the output line with the clock: when to hold a picture, and what is too late to be shown (DESIGN §6). Pure.
///
/// The line's *lead* is how far it is ahead of the time since its first picture. The burst that follows the first connect
/// makes it, and it stays: it is what a player can rely on. Times are nanoseconds of the engine's clock; places on the line
/// are ticks of 1/90000 s.
struct Pacer: Sendable {
    /// How long after the first picture its burst lasts.
    private static let burstTime: Int64 = 3_000_000_000
    /// How long after an outage what comes may be its backlog.
    private static let backlogTime: Int64 = 10_000_000_000

    /// Once a backlog is dropped, so much more of it goes, in ticks: one cut, and not one at each picture that comes a
    /// little early at the limit.
    private static let relief = SegmentGrid.ticksPerSecond / 2

    private let holdAfter: Int64
    private let backlogLimit: Int64
    private let burstLimit: Int64
    private let began: Int64
    private var lead: Int64 = 0
    private var resumed: Int64?
    private var isDropping = false
    private var lastPicture: Int64

    /// - Parameter now: when the first picture came.
    init(settings: LiveEngineSettings, now: Int64) {
        holdAfter = settings.holdAfter.nanoseconds
        backlogLimit = Self.ticks(settings.backlogLimit.nanoseconds)
        burstLimit = Self.ticks(settings.burstLimit.nanoseconds)
        began = now
        lastPicture = now
    }

    /// A picture came for the place `line`. False: it is part of a backlog that is too long, and is to be dropped.
    mutating func admits(line: Int64, at now: Int64) -> Bool {
        if now - lastPicture >= holdAfter { resumed = now }
        lastPicture = now
        let ahead = line - elapsed(now)
        if now - began < Self.burstTime {
            lead = min(max(lead, ahead), burstLimit)
            return ahead <= burstLimit
        }
        guard let resumed, now - resumed < Self.backlogTime else { return true }
        isDropping = ahead > lead + backlogLimit - (isDropping ? Self.relief : 0)
        return !isDropping
    }

    /// The connection is new: a backlog may follow.
    mutating func reconnected(at now: Int64) { resumed = now }

    /// Whether pictures have been away so long that the last one is to be held.
    func isHolding(at now: Int64) -> Bool { now - lastPicture >= holdAfter }

    /// Up to where held pictures fill the line.
    func heldTo(at now: Int64) -> Int64 { elapsed(now) + lead }

    /// Whether the line, at `line`, has fallen so far behind that it must be filled before a new picture goes on.
    func isBehind(line: Int64, at now: Int64) -> Bool { heldTo(at: now) - line > Self.ticks(holdAfter) }

    /// When a picture for the place `line` is to be held if none comes: the first moment at which `heldTo` is past it.
    func deadline(line: Int64) -> Int64 {
        max(lastPicture + holdAfter, began + roundedUp((line - lead + 1) * 100_000, 9))
    }

    /// Nanoseconds since the last picture.
    func quiet(at now: Int64) -> Int64 { now - lastPicture }

    private func elapsed(_ now: Int64) -> Int64 { Self.ticks(now - began) }

    private static func ticks(_ nanoseconds: Int64) -> Int64 {
        // Whole milliseconds first where the product would overflow.
        nanoseconds > .max / 9 ? nanoseconds / 100_000 * 9 : nanoseconds * 9 / 100_000
    }
}
