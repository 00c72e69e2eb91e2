import Metrics
import Synchronization

/// How many runs of films this worker makes at a time (`FFMPEG_THREADS`), over all titles. Live channels come first: what they use
/// is not given out, but one run always may go, or a busy worker would never show a film.
final class FilmPool: Sendable {
    private struct State {
        var running = 0
        /// Films of which somebody waits for a piece and no run makes it.
        var hungry: Set<String> = []
    }

    private let cores: Int
    private let workload: Workload
    private let state = Mutex(State())
    private let gauge = Gauge(label: "film_runs")

    init(cores: Int, workload: Workload) {
        self.cores = cores
        self.workload = workload
    }

    /// - Returns: `false` if all are in use.
    func take() -> Bool {
        let limit = max(1, Int((Double(cores) - workload.usedByChannels).rounded()))
        let running = state.withLock { state -> Int? in
            guard state.running < limit else { return nil }
            state.running += 1
            return state.running
        }
        guard let running else { return false }
        gauge.record(running)
        return true
    }

    func give() {
        gauge.record(
            state.withLock { state in
                state.running -= 1
                return state.running
            })
    }

    func note(_ film: String, isHungry: Bool) {
        state.withLock { state in
            if isHungry { state.hungry.insert(film) } else { state.hungry.remove(film) }
        }
    }

    /// Somebody waits for a piece while runs only read ahead: those give way after their piece.
    var isContended: Bool { state.withLock { !$0.hungry.isEmpty } }
}
