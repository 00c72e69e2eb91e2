import ArgumentParser
import Foundation
import TestSupport

/// Everything breaks, again and again, while viewers watch; they and the provider say whether it could be borne.
struct ChaosBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos",
        abstract: "Kills, stops, freezes, cuts and slows every part under load; ends with 1 if an invariant broke.")

    @Option(help: "Minutes that parts break.") var minutes = 20.0
    @Option(help: "Seed of the faults; the default is another one each time. It is printed.") var seed: UInt64?
    @Option(help: "Seconds without anything new that a viewer may have to bear.") var longestSilence = 60.0

    /// Both channels and one film at a time.
    private static let connections = 3
    /// Seconds for everything to play before the first fault, and for all to recover after the last.
    private static let calm = 20.0

    func validate() throws {
        guard (0.5...1440).contains(minutes) else { throw ValidationError("--minutes takes 0.5…1440, as 20") }
        guard (10...600).contains(longestSilence) else {
            throw ValidationError("--longest-silence takes 10…600 s, as 60")
        }
    }

    func run() async throws {
        let seed = seed ?? UInt64.random(in: 1...999_999)
        let schedule = ChaosSchedule(seed: seed, milliseconds: Int(minutes * 60_000))
        print("chaos: seed \(seed), \(schedule.faults.count) faults in \(minutes) minutes")
        let relays = Relays()
        let notes = ChaosNotes()
        let (user, password) = ("user-\(UUID().uuidString)", "pass-\(UUID().uuidString)")
        var options = options(user, password)
        options.redisRoute = { try await relays.add(isMedia: $0, to: $1) }
        let peak = try await DashStack.with(options) { stack in
            let provider = try stack.requireProvider()
            let hosts = [provider.panel, provider.cdn].map { String($0.dropFirst("http://".count)) }
            let judge = AnswerJudge(secrets: hosts + [user, password])
            let hand = ChaosHand(stack: stack, provider: provider, relays: try await relays.both(), notes: notes)
            let watcher = ProviderWatcher(provider: provider, notes: notes, limit: Self.connections)
            let audience = ChaosAudience(
                gateways: stack.urls, judge: judge, notes: notes, longestSilence: longestSilence)
            let seconds = minutes * 60 + 2 * Self.calm
            async let peak = watcher.watch(until: seconds)
            await audience.watch(until: ContinuousClock.now + .seconds(seconds)) {
                try? await Task.sleep(for: .seconds(Self.calm))
                await hand.run(schedule)
            }
            return await peak
        }
        try await relays.stop()
        ChaosReport(seed: seed, minutes: minutes, peak: peak, limit: Self.connections, totals: notes.value).show()
        if !notes.value.violations.list.isEmpty { throw ExitCode(1) }
    }

    private func options(_ user: String, _ password: String) -> DashStack.Options {
        var options = DashStack.Options()
        options.gateways = 2
        options.transcoders = 2
        options.segmentStores = 2
        options.environment = ["LOG_LEVEL": "info"]
        // The provider itself refuses nobody, so that it can see who comes too many.
        options.providerOptions = ["--max-connections", "50", "--user", user, "--password", password]
        options.tokenEnvironment = [
            "STARSHARE_USERNAME": user, "STARSHARE_PASSWORD": password,
            "PROVIDER_MAX_CONNECTIONS": "\(Self.connections)",
        ]
        return options
    }
}

/// The relays before the two Redis servers, made while the stack starts.
private actor Relays {
    private var made: [Bool: TCPRelay] = [:]

    func add(isMedia: Bool, to port: Int) async throws -> Int {
        let relay = try await TCPRelay.start(to: port)
        made[isMedia] = relay
        return relay.port
    }

    func both() throws -> (coordination: TCPRelay, media: TCPRelay) {
        guard let coordination = made[false], let media = made[true] else {
            throw DashStack.NotReady(description: "no relay was asked for")
        }
        return (coordination, media)
    }

    func stop() async throws { for relay in made.values { try await relay.stop() } }
}
