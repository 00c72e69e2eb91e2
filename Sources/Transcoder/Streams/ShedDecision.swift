/// When a worker that cannot keep up gives something up, and when it takes it back (DESIGN §5.8). Pure.
///
/// The measure is how far the frames that wait for an encoder have piled up: a full queue means that encoding is slower than time.
struct ShedDecision: Sendable, Equatable {
    /// 0: all is encoded as configured; 1: faster preset; 2 and up: that many minus one renditions less, from the top.
    private(set) var level = 0
    private var pressedTicks = 0
    private var calmTicks = 0

    /// Ticks (seconds) of pressure before the next level, and of calm before the last one is given back.
    static let pressTicks = 3
    static let calmTicksNeeded = 20

    init() {}

    /// - Parameters:
    ///   - queueFill: fullest encoder queue, 0 to 1.
    ///   - renditions: how many are active; the lowest is never shed.
    mutating func tick(queueFill: Double, renditions: Int) {
        if queueFill > 0.6 {
            calmTicks = 0
            pressedTicks += 1
            if pressedTicks >= Self.pressTicks, level < renditions {
                level += 1
                pressedTicks = 0
            }
        } else if queueFill < 0.2 {
            pressedTicks = 0
            calmTicks += 1
            if calmTicks >= Self.calmTicksNeeded, level > 0 {
                level -= 1
                calmTicks = 0
            }
        } else {
            pressedTicks = 0
            calmTicks = 0
        }
    }
}
