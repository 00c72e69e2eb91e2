import Executors
import Foundation
import NIOCore
import Synchronization
import Testing

struct ExecutorsTests {
    @Test func aSleeperIsWokenAtItsTimeAndNotBefore() async throws {
        let began = ContinuousClock.now
        try await Task.sleep(for: .milliseconds(50), clock: .loop)
        #expect(.now - began >= .milliseconds(50))
        // What has passed needs no waiting.
        try await Task.sleep(until: began, clock: .loop)
        try await Task.sleep(for: .seconds(-1), clock: .loop)
    }

    @Test func whoIsCancelledWakesAtOnce() async throws {
        let (asleep, isAsleep) = AsyncStream<Void>.makeStream()
        let sleeper = Task {
            isAsleep.yield()
            // Longer than any test may take, and the longest that the product asks for.
            try await Task.sleep(for: .seconds(1_000_000_000), clock: .loop)
        }
        for await _ in asleep { break }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }

    @Test func whoWasCancelledBeforeDoesNotSleep() async throws {
        let sleeper = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await Task.sleep(for: .seconds(1_000_000_000), clock: .loop)
        }
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }

    /// Wake-up and cancellation at the same moment: exactly one of them counts, or the continuation traps.
    @Test func wakingAndCancellingMayMeet() async throws {
        for round in 0..<2_000 {
            let sleeper = Task { try await Task.sleep(for: .microseconds(round % 200), clock: .loop) }
            let other = Task { sleeper.cancel() }
            _ = await sleeper.result
            await other.value
        }
    }

    /// Tasks and their children stay on the pool's threads, whatever they wait for.
    @Test func tasksStayOnThePoolsThreads() async throws {
        let own = try await threadsOfThePool()
        let strangers = Mutex<Set<Int>>([])
        let note: @Sendable () -> Void = {
            let thread = currentThread()
            if !own.contains(thread) { strangers.withLock { _ = $0.insert(thread) } }
        }
        let actor = Counter()
        let task = TaskPool.task {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        note()
                        await Task.yield()
                        note()
                        try? await Task.sleep(for: .milliseconds(1), clock: .loop)
                        note()
                        await actor.count(note)
                        note()
                    }
                }
            }
        }
        await task.value
        #expect(await actor.value == 200)
        #expect(strangers.withLock { $0.isEmpty })
    }

    /// Asked until each of them has had a task.
    private func threadsOfThePool() async throws -> Set<Int> {
        var threads: Set<Int> = []
        let count = max(2, System.coreCount)
        for _ in 0..<100_000 where threads.count < count {
            threads.insert(await TaskPool.task { currentThread() }.value)
        }
        #expect(threads.count == count)
        return threads
    }

    private actor Counter {
        var value = 0
        func count(_ note: @Sendable () -> Void) {
            note()
            value += 1
        }
    }
}

private func currentThread() -> Int { Int(bitPattern: pthread_self()) }
