import Synchronization

/// Adds up the CPU time of an engine's threads.
final class ProcessorMeter: Sendable {
    private let total = Atomic<Int64>(0)

    /// CPU time so far, in nanoseconds.
    var nanoseconds: Int64 { total.load(ordering: .relaxed) }

    /// One thread's share. It stays on that thread.
    struct Lap {
        private let meter: ProcessorMeter
        private var last = threadProcessorTime()

        init(_ meter: ProcessorMeter) { self.meter = meter }

        /// Adds what this thread has used since the last call.
        mutating func record() {
            let now = threadProcessorTime()
            meter.total.wrappingAdd(now - last, ordering: .relaxed)
            last = now
        }
    }
}
