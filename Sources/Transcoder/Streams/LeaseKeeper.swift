import Contracts
import Executors
import Live
import Logging
import Redis

/// Keeps one stream's lease: renews it each second, does what the renewal says, and falls silent before the lease runs out.
///
/// While Redis cannot be reached the owner goes on until its lease's end by its own monotonic clock; then the source is closed
/// (the connection may soon be promised to another), the encoders keep their state, and if the lease is still this owner's when
/// Redis is back, it goes on (DESIGN §4, "Leases").
struct LeaseKeeper: Sendable {
    let owner: StreamOwner
    let engine: LiveEngine
    let source: ProviderSource
    let output: EngineOutput

    private enum Wake: Sendable { case tick, hint }

    func run() async -> StreamOwner.End? {
        let ticks = AsyncStream<Wake>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    ticks.continuation.yield(.tick)
                    try? await Task.sleep(for: .seconds(1), clock: .loop)
                }
                ticks.continuation.finish()
            }
            group.addTask { await hints(into: ticks.continuation) }
            let end = await keep(ticks.stream)
            group.cancelAll()
            return end
        }
    }

    /// A viewer who zaps away, asks for a refresh or for another rendition, is heard at once and not at the next tick.
    private func hints(into wakes: AsyncStream<Wake>.Continuation) async {
        let channel = owner.dependencies.keys.streamChannel(owner.stream)
        while !Task.isCancelled {
            try? await owner.dependencies.subscriber.subscribe(to: [channel]) { subscription in
                for await event in subscription {
                    switch event {
                    case .message(_, "release"), .message(_, "refresh"), .message(_, "demand"), .gap: wakes.yield(.hint)
                    default: break
                    }
                }
            }
            try? await Task.sleep(for: .seconds(1), clock: .loop)
        }
    }

    /// What the keeper remembers between two renewals.
    private struct Memory {
        var renewedAt = ContinuousClock.now
        var isSuspended = false
        var refreshSeen: Int64 = 0
        var shed = ShedDecision()
    }

    private func keep(_ wakes: AsyncStream<Wake>) async -> StreamOwner.End? {
        let claimedAt = ContinuousClock.now
        var memory = Memory()
        for await wake in wakes {
            do {
                let asked = ContinuousClock.now
                let outcome = try await owner.dependencies.ownership.renew(
                    owner.stream, epoch: owner.claimed.epoch, report: report(shedLevel: memory.shed.level),
                    timeout: LeaseTime.patience(since: memory.renewedAt))
                guard case .renewed(let renewal) = outcome else { return .lost }
                memory.renewedAt = asked
                if memory.isSuspended {
                    source.resume()
                    memory.isSuspended = false
                }
                let age = (ContinuousClock.now - claimedAt).milliseconds
                if let end = try await follow(renewal, age: age, &memory) { return end }
            } catch {
                fallSilentBeforeLeaseEnds(&memory, error)
            }
            if wake == .tick { keepPace(&memory) }
        }
        return nil
    }

    private func follow(
        _ renewal: StreamOwnership.Renewal, age: Int64, _ memory: inout Memory
    ) async throws -> StreamOwner.End? {
        let decision = OwnerDecision(
            renewal: renewal, age: age, targetDuration: SegmentGrid.targetDuration, ladder: owner.ladder,
            settings: owner.settings)
        if case .letGo(let reason) = decision.verdict { return .letGo(reason) }
        engine.setActive(decision.renditions)
        if renewal.refreshRequestedAt > max(memory.refreshSeen, owner.claimed.epoch) {
            memory.refreshSeen = renewal.refreshRequestedAt
            engine.reconnect()
        }
        if renewal.wasRestored, let info = output.info {
            _ = try await owner.dependencies.ownership.describe(
                owner.stream, epoch: owner.claimed.epoch, state: .ready, info: info)
        }
        return nil
    }

    private func fallSilentBeforeLeaseEnds(_ memory: inout Memory, _ error: any Error) {
        owner.logger.debug("Lease not renewed", metadata: ["error": "\(error)"])
        guard !memory.isSuspended, LeaseTime.isOver(since: memory.renewedAt) else { return }
        source.suspend()
        memory.isSuspended = true
    }

    private func keepPace(_ memory: inout Memory) {
        let now = engine.snapshot
        let fill = Double(now.queuedFrames) / Double(max(1, owner.dependencies.engine.queuedFrames))
        memory.shed.tick(queueFill: fill, renditions: now.renditions.count)
        engine.shed(level: memory.shed.level)
        owner.dependencies.workload.update(owner.ticket, cores: now.cores, hasProduced: now.outputSeconds > 1)
        owner.dependencies.gauges.update(owner.ticket, now, publishing: output.publishing)
    }

    private func report(shedLevel: Int) -> StreamReport {
        let now = engine.snapshot
        let token = source.tokenInUse
        return StreamReport(
            source: now.source.rawValue, reason: now.reason?.code, renditions: now.renditions, speed: now.speed,
            cores: now.cores,
            reconnects: now.reconnects, shedLevel: shedLevel, tokenAge: token.age, tokenTimeToLive: token.timeToLive)
    }
}
