import Contracts
import Dispatch
import Live
import Media
import Synchronization
import TestSupport
import Testing

/// Bytes in memory as a live source, a new byte source for each connection.
final class ScriptedSource: LiveSource {
    enum Connection: Sendable {
        /// These bytes, then the end.
        case bytes([UInt8])
        /// These bytes, then nothing until somebody interrupts.
        case stalling([UInt8])
        /// A burst, then so many bytes a second, then the end.
        case paced([UInt8], perSecond: Int, burst: Int)
        /// At so many bytes a second of media, and at most `Led.lead` ahead of what has been published.
        case led([UInt8], perSecond: Int, by: Led)
        case refused(LiveSourceError)
    }

    private let script: [Connection]
    private let clock: any LiveClock
    private let opened = Atomic<Int>(0)
    private let gate = Gate()

    /// The last connection repeats.
    /// - Parameter clock: the engine's, by which the source is slow.
    init(_ script: Connection..., clock: any LiveClock = SystemClock()) {
        self.script = script
        self.clock = clock
    }

    var connections: Int { opened.load(ordering: .relaxed) }

    func open(attempt: Int) throws(LiveSourceError) -> any ByteSource {
        let number = opened.wrappingAdd(1, ordering: .relaxed).oldValue
        try gate.reset()
        switch script[min(number, script.count - 1)] {
        case .bytes(let bytes): return ScriptedBytes(bytes, gate, clock)
        case .stalling(let bytes): return ScriptedBytes(bytes, gate, clock, stalls: true)
        case .paced(let bytes, let rate, let burst):
            return ScriptedBytes(bytes, gate, clock, pace: .init(rate: rate, burst: burst, start: clock.now))
        case .led(let bytes, let rate, let leader): return ScriptedBytes(bytes, gate, clock, leader: (leader, rate))
        case .refused(let error): throw error
        }
    }

    func interrupt() { gate.open(forGood: false) }
    func cancel() { gate.open(forGood: true) }
}

/// What a blocked read waits at.
private final class Gate: Sendable {
    private let state = Mutex((isOpen: false, forGood: false))
    private let opened = DispatchSemaphore(value: 0)
    static let gone = LiveSourceError(code: "interrupted", message: "Interrupted by the test.")

    var isOpen: Bool { state.withLock { $0.isOpen } }
    func open(forGood: Bool) {
        state.withLock { $0 = (true, $0.forGood || forGood) }
        opened.signal()
    }
    /// Until it is opened, or so many nanoseconds have passed.
    func wait(_ nanoseconds: Int64, _ clock: any LiveClock) {
        _ = clock.wait(for: opened, until: clock.now + nanoseconds)
    }
    func reset() throws(LiveSourceError) {
        let isClosed = state.withLock { state in
            state.isOpen = state.forGood
            return !state.forGood
        }
        if !isClosed { throw Self.gone }
    }
}

private final class ScriptedBytes: ByteSource {
    struct Pace {
        let rate: Int
        let burst: Int
        let start: Int64
    }

    private let bytes: [UInt8]
    private let gate: Gate
    private let clock: any LiveClock
    private let stalls: Bool
    private let pace: Pace?
    private let leader: (led: Led, rate: Int)?
    private var position = 0

    init(
        _ bytes: [UInt8], _ gate: Gate, _ clock: any LiveClock, stalls: Bool = false, pace: Pace? = nil,
        leader: (Led, Int)? = nil
    ) {
        self.bytes = bytes
        self.leader = leader
        self.gate = gate
        self.clock = clock
        self.stalls = stalls
        self.pace = pace
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            if gate.isOpen { throw Gate.gone }
            let count = min(buffer.count, allowed - position, 188 * 100)
            if count > 0 {
                bytes.withUnsafeBytes {
                    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + count)]))
                }
                position += count
                return count
            }
            if position == bytes.count, !stalls { return 0 }
            gate.wait(position == bytes.count ? 3_600_000_000_000 : 100_000_000, clock)
        }
    }

    private var allowed: Int {
        if let leader { return min(bytes.count, (leader.led.seconds + Led.lead) * leader.rate) }
        guard let pace else { return bytes.count }
        let passed = Double(clock.now - pace.start) / 1e9
        return min(bytes.count, pace.burst + Int(passed * Double(pace.rate)))
    }
}

/// How far an engine's output has got, so that its source does not run away from what a test does on the way.
final class Led: Sendable {
    /// Seconds; more than the longest segment and all that encoders and queues hold.
    static let lead = 8
    private let published = Atomic<Int64>(0)

    /// Whole seconds published so far.
    var seconds: Int { Int(published.load(ordering: .relaxed) / 90_000) }
    func publish(_ segment: FinishedSegment) {
        published.wrappingAdd(segment.record.duration, ordering: .relaxed)
    }
}

/// Keeps all that an engine says.
final class RecordingOutput: LiveOutput {
    struct Record: Sendable {
        var info: LiveStreamInfo?
        var segments: [FinishedSegment] = []
        var states: [LiveSourceState] = []
        var reasons: [String] = []
        var outcome: LiveOutcome?
    }

    private let record = Mutex(Record())
    private let onSegment: @Sendable (FinishedSegment) -> Void
    private let done = AsyncStream<Void>.makeStream()

    init(onSegment: @escaping @Sendable (FinishedSegment) -> Void = { _ in }) { self.onSegment = onSegment }

    var recorded: Record { record.withLock { $0 } }

    func describe(_ info: LiveStreamInfo) { record.withLock { $0.info = info } }
    func publish(_ segment: FinishedSegment) {
        record.withLock { $0.segments.append(segment) }
        onSegment(segment)
    }
    func sourceChanged(_ state: LiveSourceState, reason: StreamReason?) {
        record.withLock {
            $0.states.append(state)
            if let reason { $0.reasons.append(reason.code) }
        }
    }
    func finished(_ outcome: LiveOutcome) {
        record.withLock { $0.outcome = outcome }
        done.continuation.finish()
    }

    /// Waits for `finished`.
    func end() async { for await _ in done.stream {} }
}

extension LiveEngine {
    /// Runs it to its end and returns all that it said.
    func record(_ output: RecordingOutput) async -> RecordingOutput.Record {
        start()
        await output.end()
        await joined()
        return output.recorded
    }

    func joined() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.join()
                continuation.resume()
            }
        }
    }
}

extension LiveEngineSettings {
    /// Two cheap rungs.
    static var small: LiveEngineSettings {
        var settings = LiveEngineSettings()
        settings.ladder = [LiveLadder.p360, LiveLadder.p240]
        settings.reopenPauses = [.milliseconds(10)]
        return settings
    }
}

/// Runs a file through an engine as fast as possible.
func convert(
    _ bytes: [UInt8], settings: LiveEngineSettings = .small, start: LiveStart = .test,
    onSegment: @escaping @Sendable (FinishedSegment) -> Void = { _ in }
) async -> RecordingOutput.Record {
    let output = RecordingOutput(onSegment: onSegment)
    let engine = LiveEngine(
        settings: settings, start: start, source: ScriptedSource(.bytes(bytes)), output: output, clock: FileClock())
    return await engine.record(output)
}

extension LiveStart {
    static let test = LiveStart(epoch: 1_700_000_000_123, sequence: 1_700_000_000)
}

/// Keeps nothing, so that memory can be measured.
final class CountingOutput: LiveOutput {
    private let count = Atomic<Int>(0)
    private let onSegment: @Sendable (Int) -> Void

    init(onSegment: @escaping @Sendable (Int) -> Void) { self.onSegment = onSegment }

    func describe(_ info: LiveStreamInfo) {}
    func publish(_ segment: FinishedSegment) { onSegment(count.wrappingAdd(1, ordering: .relaxed).newValue) }
    func sourceChanged(_ state: LiveSourceState, reason: StreamReason?) {}
    func finished(_ outcome: LiveOutcome) {}
}
