/// Gathers the pieces of segments and gives the segments out complete and in order. Pure.
struct SegmentCollector: Sendable {
    struct Complete: Sendable {
        let plan: SegmentPlan
        /// The plan's, unless the segment was cut early.
        let duration: Int64
        let pieces: [PieceKey: [AccessUnit]]
    }

    private var plans: [SegmentPlan] = []
    private var pieces: [Int64: [PieceKey: [AccessUnit]]] = [:]
    /// Ticks, by sequence number.
    private var shortened: [Int64: Int64] = [:]

    /// Access units that wait.
    var pendingUnits: Int { pieces.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.count } } }
    /// Segments that wait.
    var pendingSegments: Int { plans.count }

    mutating func open(_ plan: SegmentPlan) { plans.append(plan) }

    /// This segment ends so many ticks after its start. To be called before its last piece comes.
    mutating func shorten(_ sequence: Int64, to duration: Int64) { shortened[sequence] = duration }

    /// Adds a piece; what nobody needs, or what comes too late, is dropped when its segment goes.
    mutating func add(_ piece: SegmentPiece) { pieces[piece.sequence, default: [:]][piece.key] = piece.units }

    /// The next segment, if all of it is there.
    mutating func next() -> Complete? {
        guard let plan = plans.first else { return nil }
        let have = pieces[plan.sequence] ?? [:]
        guard plan.needed.allSatisfy({ have[$0] != nil }) else { return nil }
        plans.removeFirst()
        pieces = pieces.filter { $0.key > plan.sequence }
        let duration = shortened.removeValue(forKey: plan.sequence) ?? plan.duration
        return Complete(plan: plan, duration: duration, pieces: have)
    }
}
