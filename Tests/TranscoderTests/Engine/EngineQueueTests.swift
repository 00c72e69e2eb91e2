import Dispatch
import Synchronization
import Testing

@testable import Live

@Suite struct EngineQueueTests {
    @Test func elementsComeInOrderAndAFullQueueHoldsThePusherBack() {
        let queue = BoundedQueue<Int>(limit: 3, clock: SystemClock())
        let pushed = Atomic<Int>(0)
        let thread = EngineThread(name: "pusher") {
            for number in 0..<1000 {
                queue.push(number)
                pushed.store(number + 1, ordering: .releasing)
            }
            queue.close()
        }
        var taken: [Int] = []
        while case .element(let number) = queue.take() {
            taken.append(number)
            // At most what is in the queue and one on its way.
            #expect(pushed.load(ordering: .acquiring) <= taken.count + 4)
        }
        thread?.join()
        #expect(taken == Array(0..<1000))
    }

    @Test func weightLimitsToo() {
        let queue = BoundedQueue<Int>(limit: 100, weightLimit: 10, clock: SystemClock())
        #expect(queue.push(1, weight: 50))
        #expect(queue.weight == 50)
        guard case .element(1) = queue.take(weight: { _ in 50 }) else { Issue.record("nothing came"); return }
        #expect(queue.weight == 0)
    }

    @Test func aDeadlineEndsTheWait() {
        let clock = SteppedClock(threads: 1)
        let queue = BoundedQueue<Int>(limit: 1, clock: clock)
        guard case .nothing = queue.take(until: 1_000_000_000) else {
            Issue.record("something came")
            return
        }
        #expect(clock.now == 1_000_000_000)
    }

    @Test func closingWakesWhoeverWaits() {
        let queue = BoundedQueue<Int>(limit: 1, clock: SystemClock())
        queue.push(1)
        let pusher = EngineThread(name: "pusher") { queue.push(2) }
        queue.close(discarding: true)
        pusher?.join()
        guard case .closed = queue.take() else { Issue.record("it is not closed"); return }
    }
}
