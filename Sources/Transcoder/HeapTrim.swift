import CHeap
import Dispatch
import Executors
import Metrics
import ServiceLifecycle

/// Gives memory back that nothing uses any more.
///
/// Each run of a film and each channel has encoders on threads of their own, and glibc keeps what a thread has freed in that
/// thread's arena: after half an hour of leaps about in two films a worker of 510 MB held 920 MB, of which this gave back 410
/// (`malloc_trim`). The runs' memory is large and comes and goes, so looking twice a minute is enough.
struct HeapTrim: Service {
    private static let pace = Duration.seconds(30)

    /// How long the heaps were locked, one after the other.
    private let duration = Metrics.Timer(label: "transcoder_heap_trim_seconds")

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.pace, clock: .loop)
                if !Task.isCancelled { await trim() }
            }
        }
    }

    private func trim() async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "heap-trim").async {
                let start = ContinuousClock.now
                _ = dash_heap_trim()
                duration.record(duration: ContinuousClock.now - start)
                continuation.resume()
            }
        }
    }
}
