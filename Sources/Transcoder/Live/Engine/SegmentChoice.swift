import Contracts

/// Which renditions a segment has, and how: what viewers want and what the worker can afford. Pure.
struct SegmentChoice: Sendable, Equatable {
    /// Names, as asked for; nil = all.
    var active: Set<String>?
    /// See `LiveEngine.shed(level:)`.
    var shedLevel = 0

    /// The renditions to encode, best first, and what stands in for those that are shed.
    /// - Parameter names: of all rungs, best first.
    func renditions(of names: [String]) -> (encoded: [String], substitutes: [String: String]) {
        var wanted = active.map { active in names.filter(active.contains) } ?? names
        if wanted.isEmpty { wanted = Array(names.suffix(1)) }
        let dropped = min(max(0, shedLevel - 1), names.count - 1)
        let shed = names.prefix(dropped).filter(wanted.contains)
        guard !shed.isEmpty else { return (wanted, [:]) }
        let substitute = names[dropped]
        let encoded = names.dropFirst(dropped).filter { wanted.contains($0) || $0 == substitute }
        return (encoded, Dictionary(uniqueKeysWithValues: shed.map { ($0, substitute) }))
    }

    /// The renditions that have a playlist: those, and those that others stand in for.
    func offered(of names: [String]) -> Set<String> {
        let (encoded, substitutes) = renditions(of: names)
        return Set(encoded).union(substitutes.keys)
    }

    /// The encoders use the faster preset.
    var isFast: Bool { shedLevel > 0 }
}
