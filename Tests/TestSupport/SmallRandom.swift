/// xorshift: the same bytes on every run.
public struct SmallRandom: Sendable {
    private var state: UInt64

    /// - Parameter state: any number but 0.
    public init(state: UInt64) { self.state = state }

    public mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
