import Contracts
import Synchronization

/// What the engine's threads share with its owner: wishes in, figures out.
final class EngineState: Sendable {
    private struct Values {
        var choice: SegmentChoice
        var figures = LiveSnapshot()
        var failure: (any Error)?
        var isFinishing = false
        var sample: (now: Int64, output: Double, processor: Double)?
    }

    private let values: Mutex<Values>

    init(active: Set<String>?) { values = Mutex(Values(choice: SegmentChoice(active: active))) }

    var choice: SegmentChoice {
        get { values.withLock { $0.choice } }
        set { values.withLock { $0.choice = newValue } }
    }

    func setActive(_ names: Set<String>) { values.withLock { $0.choice.active = names } }
    func shed(_ level: Int) { values.withLock { $0.choice.shedLevel = max(0, level) } }

    /// What has come is to be published before the end.
    var isFinishing: Bool { values.withLock { $0.isFinishing } }
    func finish() { values.withLock { $0.isFinishing = true } }

    /// What broke inside the engine first; nothing after it counts.
    var failure: (any Error)? { values.withLock { $0.failure } }
    func fail(_ error: any Error) { values.withLock { $0.failure = $0.failure ?? error } }

    func update(_ change: (inout LiveSnapshot) -> Void) { values.withLock { change(&$0.figures) } }

    /// The figures with speed and cores over the time since the last sample, which is taken at most once a second.
    func snapshot(now: Int64, processor: Double) -> LiveSnapshot {
        values.withLock { values in
            values.figures.cpuSeconds = processor
            values.figures.shedLevel = values.choice.shedLevel
            let output = values.figures.outputSeconds
            guard let last = values.sample else {
                values.sample = (now, output, processor)
                return values.figures
            }
            let seconds = Double(now - last.now) / 1e9
            if seconds >= 1 {
                values.figures.speed = (output - last.output) / seconds
                values.figures.cores = (processor - last.processor) / seconds
                values.sample = (now, output, processor)
            }
            return values.figures
        }
    }
}
