import Foundation
import TestSupport

/// Does what the schedule says, and undoes it.
struct ChaosHand: Sendable {
    /// A frozen owner's connection may live on for so long after it woke, milliseconds.
    private static let afterFreeze = 30_000
    private static let delay: Int64 = 150

    let stack: DashStack
    let provider: DemoProviderProcess
    let relays: (coordination: TCPRelay, media: TCPRelay)
    let notes: ChaosNotes
    /// Targets that are being broken: an orderly end may take longer than the schedule thinks.
    private let busy = WatchedValue<Set<ChaosFault.Target>>([])

    init(
        stack: DashStack, provider: DemoProviderProcess, relays: (coordination: TCPRelay, media: TCPRelay),
        notes: ChaosNotes
    ) {
        (self.stack, self.provider, self.relays, self.notes) = (stack, provider, relays, notes)
    }

    /// All faults at their times; returns when the last is undone, also when cancelled.
    func run(_ schedule: ChaosSchedule) async {
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for fault in schedule.faults {
                group.addTask {
                    guard (try? await Task.sleep(until: start + .milliseconds(fault.at), clock: .continuous)) != nil
                    else { return }
                    await perform(fault)
                }
            }
        }
    }

    private func perform(_ fault: ChaosFault) async {
        let target = fault.kind.target
        guard !busy.value.contains(target) else { return print("    \(target) is still being broken") }
        busy.change { $0.insert(target) }
        defer { busy.change { $0.remove(target) } }
        print("    \(fault.at / 1000) s: \(fault.kind) for \(fault.lasts) ms")
        fflush(nil)
        notes.change { $0.faults["\(fault.kind)", default: 0] += 1 }
        let began = ChaosNotes.now
        do {
            switch fault.kind.target {
            case .gateway: try await hit(stack.gateways, fault)
            case .transcoder: try await hit(stack.transcoders, fault)
            case .tokenService: try await hit(stack.tokenServices, fault)
            case .segmentStore: try await hit(stack.segmentStores, fault)
            case .redis: try await hit(stack.redis, relays.coordination, fault)
            case .mediaRedis: try await hit(stack.mediaRedis, relays.media, fault)
            case .provider: try await hitProvider(fault)
            }
        } catch {
            notes.add([Violation("chaos", at: "\(fault.kind)", "\(error)")], by: "chaos itself")
        }
        guard fault.kind.act == .pause else { return }
        let ended = ChaosNotes.now
        if fault.kind.target == .transcoder { notes.change { $0.frozen.append(began...ended + Self.afterFreeze) } }
        if fault.kind.target == .provider { notes.change { $0.blind.append(began...ended + 2000) } }
    }

    private func hit(_ services: [ServiceProcess], _ fault: ChaosFault) async throws {
        let service = services[fault.instance % services.count]
        switch fault.kind.act {
        case .pause:
            service.pause()
            await wait(fault)
            service.resume()
        case .kill, .stop:
            if fault.kind.act == .kill { try await service.kill() } else { try await stop(service) }
            await wait(fault)
            try service.start()
        default: break
        }
    }

    private func stop(_ service: ServiceProcess) async throws {
        let code = try await service.stop()
        if code != 0 { notes.add([Violation("exit", at: service.name, "SIGTERM ended it with \(code)")], by: "chaos") }
    }

    private func hit(_ redis: RedisServer, _ relay: TCPRelay, _ fault: ChaosFault) async throws {
        switch fault.kind.act {
        case .kill, .stop:
            if fault.kind.act == .kill { try await redis.kill() } else { try await redis.stop() }
            await wait(fault)
            try await redis.restart()
        case .pause:
            redis.pause()
            await wait(fault)
            redis.resume()
        case .cut:
            relay.cut()
            await wait(fault)
            relay.mend()
        case .slow:
            relay.slow(milliseconds: Self.delay)
            await wait(fault)
            relay.mend()
        default: break
        }
    }

    private func hitProvider(_ fault: ChaosFault) async throws {
        let seconds = "\(Double(fault.lasts) / 1000)"
        switch fault.kind.act {
        case .pause:
            provider.process.signal(SIGSTOP)
            await wait(fault)
            provider.process.signal(SIGCONT)
        case .drop: try await provider.fault("drop", ["mode": fault.instance % 2 == 0 ? "rst" : "fin"])
        case .stall: try await provider.fault("stall", ["seconds": seconds, "lose": "true"])
        case .garbage: try await provider.fault("garbage", ["packets": "40"])
        case .expireTokens:
            try await provider.fault("expire_tokens")
            try await provider.fault("drop")
        case .hang, .status, .slowConnect:
            let kind = fault.kind.act == .slowConnect ? "slow_connect" : fault.kind.act.rawValue
            try await provider.fault(kind, ["times": "0", "status": "503", "seconds": seconds])
            try await provider.fault("drop")
            await wait(fault)
            try await provider.control("clear", ["kind": kind])
        default: break
        }
    }

    /// Also when the run is cancelled, what was broken is mended.
    private func wait(_ fault: ChaosFault) async { try? await Task.sleep(for: .milliseconds(fault.lasts)) }
}
