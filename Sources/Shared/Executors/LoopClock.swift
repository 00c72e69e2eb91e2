import NIOCore
import NIOPosix
import Synchronization

/// Continuous time whose sleepers are woken by an event loop: `Task.sleep(for: .seconds(1), clock: .loop)`.
///
/// Swift's own clocks wake through libdispatch, whatever a task prefers to run on, and so keep libdispatch's threads alive and growing:
/// see ``TaskPool``.
public struct LoopClock: Clock {
    public typealias Instant = ContinuousClock.Instant

    public init() {}

    public var now: Instant { .now }

    public var minimumResolution: Duration { ContinuousClock().minimumResolution }

    /// Returns at `deadline` or a little later, at once if it has passed. Throws `CancellationError` as soon as the task is cancelled.
    /// - Parameter tolerance: is not used; a loop wakes in time.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let alarm = Alarm()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { alarm.set($0, in: max(.zero, deadline - .now)) }
        } onCancel: {
            alarm.cancel()
        }
    }
}

extension Clock where Self == LoopClock {
    public static var loop: LoopClock { LoopClock() }
}

/// One sleeper; woken once, by the loop or by its cancellation.
private final class Alarm: Sendable {
    private enum State {
        case unset
        case set(CheckedContinuation<Void, any Error>, Scheduled<Void>)
        case over
    }

    private let state = Mutex(State.unset)

    func set(_ sleeper: CheckedContinuation<Void, any Error>, in wait: Duration) {
        let isCancelled = state.withLock { state in
            guard case .unset = state else { return true }
            let loop = MultiThreadedEventLoopGroup.singleton.any()
            state = .set(sleeper, loop.scheduleTask(in: TimeAmount(wait)) { self.ring() })
            return false
        }
        if isCancelled { sleeper.resume(throwing: CancellationError()) }
    }

    func cancel() {
        guard case .set(let sleeper, let scheduled) = end() else { return }
        scheduled.cancel()
        sleeper.resume(throwing: CancellationError())
    }

    private func ring() {
        guard case .set(let sleeper, _) = end() else { return }
        sleeper.resume()
    }

    private func end() -> State {
        state.withLock { state in
            defer { state = .over }
            return state
        }
    }
}
