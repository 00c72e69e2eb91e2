import Dispatch
import Live
import Synchronization

/// Time that passes only while every thread that lives by it waits, so that no verdict depends on the machine's speed.
///
/// When the last of `threads` begins to wait, time leaps to the nearest of their deadlines. While one of them computes,
/// or waits for anything but this clock (room in a queue), time stands still.
final class SteppedClock: LiveClock {
    private struct Waiter {
        let semaphore: DispatchSemaphore
        let deadline: Int64
        /// How the wait ended; its thread is on its way then.
        var isSignalled: Bool?
    }

    private struct State {
        var now: Int64 = 0
        var waiters: [Int: Waiter] = [:]
        var lastID = 0
    }

    private let threads: Int
    private let state = Mutex(State())

    /// - Parameter threads: that wait by it, when they wait at all: an engine's own and its source's.
    init(threads: Int = 2) { self.threads = threads }

    var now: Int64 { state.withLock { $0.now } }
    var wallMilliseconds: Int64 { 1_700_000_000_000 + now / 1_000_000 }
    var isRealTime: Bool { true }

    func wait(for semaphore: DispatchSemaphore, until deadline: Int64) -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            state.waiters[state.lastID] = Waiter(semaphore: semaphore, deadline: deadline)
            return state.lastID
        }
        let nap = DispatchSemaphore(value: 0)
        while true {
            let isSignalled = state.withLock { state in
                settle(&state)
                guard let result = state.waiters[id]?.isSignalled else { return Bool?.none }
                state.waiters[id] = nil
                return result
            }
            if let isSignalled { return isSignalled }
            _ = nap.wait(timeout: .now() + .microseconds(200))
        }
    }

    /// Ends what waits long enough; time goes on if nothing else does.
    private func settle(_ state: inout State) {
        for (id, waiter) in state.waiters where waiter.isSignalled == nil {
            if waiter.semaphore.wait(timeout: .now()) == .success {
                state.waiters[id]?.isSignalled = true
            } else if waiter.deadline <= state.now {
                state.waiters[id]?.isSignalled = false
            }
        }
        let waiting = state.waiters.values.filter { $0.isSignalled == nil }
        guard waiting.count == threads, let next = waiting.map(\.deadline).min() else { return }
        state.now = next
        for (id, waiter) in state.waiters where waiter.deadline <= next { state.waiters[id]?.isSignalled = false }
    }
}
