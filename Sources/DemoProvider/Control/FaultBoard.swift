import Synchronization

/// The faults that are switched on. May be used from any thread.
final class FaultBoard: Sendable {
    /// More than anybody needs; adding beyond it forgets the oldest.
    static let capacity = 200

    private struct State {
        var faults: [Fault] = []
        var nextID = 1
    }

    private let state = Mutex(State())

    @discardableResult
    func add(
        _ kind: Fault.Kind, place: Fault.Place? = nil, stream: String? = nil, times: Int? = 1, seconds: Double = 0,
        status: Int = 403, location: String = "http://10.0.0.1/", resets: Bool = false,
        lie: Fault.Lie = .other
    ) -> Fault {
        state.withLock { state in
            let fault = Fault(
                id: state.nextID, kind: kind, place: place ?? kind.usualPlace, stream: stream, remaining: times,
                seconds: seconds, status: status, location: location, resets: resets, lie: lie)
            state.nextID += 1
            state.faults.append(fault)
            if state.faults.count > Self.capacity { state.faults.removeFirst() }
            return fault
        }
    }

    /// The faults that hit this request, at most one of each kind; one-shot faults are used up by it.
    func take(at place: Fault.Place, stream: String) -> [Fault] {
        state.withLock { state in
            var hits: [Fault] = []
            for index in state.faults.indices {
                let fault = state.faults[index]
                guard fault.place == place, fault.stream == nil || fault.stream == stream,
                    !hits.contains(where: { $0.kind == fault.kind })
                else { continue }
                hits.append(fault)
                if let remaining = fault.remaining { state.faults[index].remaining = remaining - 1 }
            }
            state.faults.removeAll { $0.remaining.map { $0 <= 0 } ?? false }
            return hits
        }
    }

    func clear(kind: Fault.Kind? = nil, stream: String? = nil) {
        state.withLock { state in
            state.faults.removeAll { (kind == nil || $0.kind == kind) && (stream == nil || $0.stream == stream) }
        }
    }

    var all: [Fault] { state.withLock { $0.faults } }
}
