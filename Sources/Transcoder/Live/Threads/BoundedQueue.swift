import Dispatch
import Synchronization

/// A queue between threads with a limit; when it is full, whoever pushes waits (back-pressure). One thread takes.
///
/// Deadlines are times of the engine's clock.
final class BoundedQueue<Element: Sendable>: Sendable {
    enum Taken: Sendable {
        case element(Element)
        /// Nothing came until the deadline.
        case nothing
        /// Closed, and nothing is left.
        case closed
    }

    private struct State {
        /// Nil where it was taken, so that nothing is kept longer than it waits.
        var elements: [Element?] = []
        /// Index of the first element.
        var head = 0
        var weight = 0
        var isClosed = false
        var takerWaits = false
        var pushersWaiting = 0

        var count: Int { elements.count - head }
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let drained = DispatchSemaphore(value: 0)
    private let limit: Int
    private let weightLimit: Int
    private let clock: any LiveClock

    /// - Parameters:
    ///   - limit: elements.
    ///   - weightLimit: sum of weights; one element alone always fits.
    init(limit: Int, weightLimit: Int = .max, clock: any LiveClock) {
        self.limit = max(1, limit)
        self.weightLimit = weightLimit
        self.clock = clock
    }

    var count: Int { state.withLock { $0.count } }
    var weight: Int { state.withLock { $0.weight } }

    /// Waits while the queue is full. False: it is closed, and the element was dropped.
    @discardableResult
    func push(_ element: Element, weight: Int = 0) -> Bool {
        while true {
            let accepted: Bool? = state.withLock { state in
                if state.isClosed { return false }
                if state.count > 0, state.count >= limit || state.weight + weight > weightLimit {
                    state.pushersWaiting += 1
                    return nil
                }
                state.elements.append(element)
                state.weight += weight
                if state.takerWaits {
                    state.takerWaits = false
                    filled.signal()
                }
                return true
            }
            if let accepted { return accepted }
            drained.wait()
        }
    }

    /// The first element; waits for one until the deadline, for ever without.
    /// - Parameter weight: what the element was pushed with.
    func take(until deadline: Int64? = nil, weight: (Element) -> Int = { _ in 0 }) -> Taken {
        while true {
            let taken: Taken? = state.withLock { state in
                if let element = removeFirst(&state, weight) { return .element(element) }
                if state.isClosed { return .closed }
                state.takerWaits = true
                return nil
            }
            if let taken { return taken }
            guard !wait(until: deadline) else { continue }
            let gaveUp = state.withLock { state in
                defer { state.takerWaits = false }
                return state.takerWaits
            }
            if gaveUp { return .nothing }
            // Signalled between the time-out and now: the signal must be used up.
            filled.wait()
        }
    }

    /// No more elements. What is in the queue can still be taken, unless it is discarded.
    func close(discarding: Bool = false) {
        state.withLock { state in
            state.isClosed = true
            if discarding {
                state.elements = []
                state.head = 0
                state.weight = 0
            }
            if state.takerWaits {
                state.takerWaits = false
                filled.signal()
            }
            wakePushers(&state)
        }
    }

    private func removeFirst(_ state: inout State, _ weight: (Element) -> Int) -> Element? {
        guard state.count > 0, let element = state.elements[state.head] else { return nil }
        state.elements[state.head] = nil
        state.head += 1
        state.weight -= weight(element)
        // Moves the rest down now and then, so that taking stays cheap.
        if state.head == state.elements.count || state.head >= 64 {
            state.elements.removeFirst(state.head)
            state.head = 0
        }
        wakePushers(&state)
        return element
    }

    private func wakePushers(_ state: inout State) {
        for _ in 0..<state.pushersWaiting { drained.signal() }
        state.pushersWaiting = 0
    }

    private func wait(until deadline: Int64?) -> Bool {
        guard let deadline else {
            filled.wait()
            return true
        }
        return clock.wait(for: filled, until: deadline)
    }
}
