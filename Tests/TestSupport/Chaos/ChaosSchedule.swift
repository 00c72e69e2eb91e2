/// All faults of a run, from its seed alone: the same seed breaks the same things at the same moments. Pure.
public struct ChaosSchedule: Sendable {
    /// From one fault to the next, milliseconds: 120 in 20 minutes.
    static let spacing = 8_000...12_000
    /// How long a fault lasts, milliseconds.
    static let length = 1_000...6_000
    /// A target is left alone for so long after a fault of its own, so that it can be seen to recover, milliseconds.
    static let rest = 4_000

    public let faults: [ChaosFault]

    /// - Parameters:
    ///   - seed: any number.
    ///   - milliseconds: of the whole run; the last fault is over by then.
    public init(seed: UInt64, milliseconds: Int) {
        // xorshift knows no 0.
        var random = SmallRandom(state: seed == 0 ? 0x9E37_79B9_7F4A_7C15 : seed)
        var deck: [ChaosFault.Kind] = []
        var busyUntil: [ChaosFault.Target: Int] = [:]
        var faults: [ChaosFault] = []
        var at = Self.pick(Self.spacing, &random) / 2
        while at + Self.length.upperBound <= milliseconds {
            if deck.isEmpty { deck = Self.shuffled(ChaosFault.Kind.all, &random) }
            // Every kind comes before one comes twice; of those left, the next whose target has recovered.
            let now = at
            if let place = deck.firstIndex(where: { busyUntil[$0.target, default: 0] <= now }) {
                let kind = deck.remove(at: place)
                let lasts = Self.pick(Self.length, &random)
                let instance = Int(random.next() >> 33)
                faults.append(ChaosFault(kind: kind, instance: instance, at: at, lasts: lasts))
                busyUntil[kind.target] = at + lasts + Self.rest
            }
            at += Self.pick(Self.spacing, &random)
        }
        self.faults = faults
    }

    private static func pick(_ range: ClosedRange<Int>, _ random: inout SmallRandom) -> Int {
        range.lowerBound + Int(random.next() >> 33) % range.count
    }

    private static func shuffled(
        _ kinds: [ChaosFault.Kind], _ random: inout SmallRandom
    ) -> [ChaosFault.Kind] {
        var kinds = kinds
        for index in kinds.indices.dropFirst().reversed() {
            kinds.swapAt(index, Int(random.next() >> 33) % (index + 1))
        }
        return kinds
    }
}
