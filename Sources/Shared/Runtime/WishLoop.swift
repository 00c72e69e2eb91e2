import Contracts
import CoreMetrics
import Executors
import Metrics
import Redis

/// Takes wishes from a list and has them answered, a bounded number at a time.
///
/// A wish that is lost with this process is repeated by whoever waits; one that is no wish is counted and dropped.
public struct WishLoop<Wish: Contract>: Sendable {
    private let list: String
    private let blocking: RedisBlockingList
    private let width: Int
    private let running: Gauge
    private let malformed: Counter

    /// - Parameters:
    ///   - width: wishes being answered at once. More wait in the list.
    ///   - running: how many that are now.
    public init(list: String, blocking: RedisBlockingList, width: Int, running: Gauge, malformed: Counter) {
        self.list = list
        self.blocking = blocking
        self.width = width
        self.running = running
        self.malformed = malformed
    }

    /// Until the task is cancelled.
    public func run(_ answer: @escaping @Sendable (Wish) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            var count = 0
            while !Task.isCancelled {
                if count == width {
                    await group.next()
                    count -= 1
                }
                guard let wish = await next() else { continue }
                group.addTask { await answer(wish) }
                count += 1
                running.record(count)
            }
            group.cancelAll()
        }
    }

    private func next() async -> Wish? {
        do {
            guard let text = try await blocking.pop(from: list, timeout: .seconds(5)) else { return nil }
            if let wish = try? Wish(json: text) { return wish }
            malformed.increment()
        } catch {
            // The Redis client reports and reconnects; this only keeps the loop from spinning.
            try? await Task.sleep(for: .milliseconds(500), clock: .loop)
        }
        return nil
    }
}
