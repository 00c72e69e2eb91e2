import ArgumentParser
import Foundation
import TestSupport

/// How many channels one worker carries in real time, and what it gives up when cores are taken from it.
struct CapacityBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity",
        abstract:
            "Channels that one worker carries, all renditions always or only what is watched; what it sheds, and when.",
        discussion: """
            Adds channels (Big Buck Bunny 720p25, one viewer of 360p each) until the gateway answers 503, lets them run, and \
            then takes time away from the worker with more and more processes that only spin. Everything runs on this machine: \
            provider, Redis, gateway and viewers share the worker's cores. Takes about five minutes.
            """)

    @Option(help: "always, watched or both.") var mode = "both"
    @Option(help: "Seconds between two new channels: a worker reckons with what they really use after a while.")
    var settle = 6
    @Option(help: "Where footage is kept.") var cache = ".build/bench"
    @OptionGroup var strictness: Strictness

    private static let mostChannels = 20
    /// Of footage of five seconds.
    private static let loops = 12
    private static let rendition = "360p"
    private static let steady = 20.0
    /// Seconds with each number of spinning processes.
    private static let pressed = 20.0
    private static let mostSpinners = 4
    private static let cores = 2
    private static let modes = ["always", "watched"]

    func validate() throws {
        guard mode == "both" || Self.modes.contains(mode) else {
            throw ValidationError("--mode takes always, watched or both")
        }
        guard (1...60).contains(settle) else { throw ValidationError("--settle takes 1…60, as 6") }
    }

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        let folder = URL(filePath: cache).absoluteURL
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let shelf = try ChannelShelf(
            try Footage.clip(loops: Self.loops, in: folder), count: Self.mostChannels, in: folder)
        defer { shelf.remove() }
        var met: [Bool] = []
        for each in mode == "both" ? Self.modes : [mode] {
            let table = try await measure(each, shelf)
            table.show()
            met.append(table.isWithinBounds)
        }
        return !met.contains(false)
    }

    private func measure(_ mode: String, _ shelf: ChannelShelf) async throws -> FigureTable {
        var options = DashStack.Options()
        options.environment["LIVE_RENDITIONS"] = mode
        options.environment["FFMPEG_THREADS"] = "\(Self.cores)"
        options.providerMedia = shelf.folder.path
        options.providerOptions = ["--max-connections", "\(Self.mostChannels)"]
        let channels = shelf.channels
        return try await BenchStack.with(options) { bench in
            var table = FigureTable(
                "capacity of one worker with \(Self.cores) cores, \(mode), one viewer of \(Self.rendition) per channel, "
                    + Machine.description)
            try await withThrowingTaskGroup(of: BenchViewer.Result.self) { group in
                defer { group.cancelAll() }
                let refusal = try await fill(bench, channels) { channel in
                    let viewer = BenchViewer(master: bench.stack.master(channel), rendition: Self.rendition)
                    group.addTask { await viewer.watch(until: .now + .seconds(600)) }
                }
                table.note("channels until the next one is refused", "\(refusal.carried)")
                table.note("the next one is answered", refusal.answer)
                try await run(bench, in: &table)
                try await press(bench, in: &table)
            }
            return table
        }
    }

    /// Starts channels until one is refused.
    private func fill(
        _ bench: BenchStack, _ channels: [Int], begin: (Int) -> Void
    ) async throws -> (carried: Int, answer: String) {
        for (carried, channel) in channels.enumerated() {
            let answer = try await SimpleHTTP.send("GET", bench.stack.master(channel), seconds: 40)
            if answer.status != 200 {
                let code = answer.text.components(separatedBy: "\"code\":\"").dropFirst().first?.prefix { $0 != "\"" }
                return (carried, "\(answer.status) \(code ?? "")")
            }
            begin(channel)
            try await Task.sleep(for: .seconds(settle))
        }
        return (channels.count, "(there are no more)")
    }

    /// All of them for a while, with nothing else to do.
    private func run(_ bench: BenchStack, in table: inout FigureTable) async throws {
        let (cpu, began) = (ServiceCPU.now(bench.stack), ContinuousClock.now)
        let first = try await FleetGlance.take(bench.stack)
        var (slowest, shed) = (Double.infinity, 0)
        while (ContinuousClock.now - began).inSeconds < Self.steady {
            try await Task.sleep(for: .seconds(1))
            let glance = try await FleetGlance.take(bench.stack)
            // A channel that has just begun has no speed yet.
            (slowest, shed) = (min(slowest, glance.slowest ?? slowest), max(shed, glance.mostShed))
        }
        let elapsed = (ContinuousClock.now - began).inSeconds
        table.note("slowest channel, seconds of media a second", String(format: "%.2f", slowest))
        table.note("most that was shed (0: nothing, 1: preset, 2 and up: renditions)", "\(shed)")
        try await advance(since: first, elapsed, bench, in: &table)
        for (name, cores) in ServiceCPU.now(bench.stack).cores(since: cpu, over: elapsed)
        where name.hasPrefix("transcoder") || name.hasPrefix("gateway") {
            table.note("cores of \(name)", String(format: "%.2f", cores))
        }
    }

    /// With less and less time for the worker: what it gives up, and whether the channels still come in time.
    private func press(_ bench: BenchStack, in table: inout FigureTable) async throws {
        var spinners: [ChildProcess] = []
        do {
            for count in 1...Self.mostSpinners {
                spinners.append(try ChildProcess("sh", ["-c", "while :; do :; done"]))
                try await pressed(bench, by: count, in: &table)
            }
        } catch {
            for spinner in spinners { try await spinner.stop() }
            throw error
        }
        for spinner in spinners { try await spinner.stop() }
    }

    private func pressed(_ bench: BenchStack, by spinners: Int, in table: inout FigureTable) async throws {
        let began = ContinuousClock.now
        let first = try await FleetGlance.take(bench.stack)
        let (cpu, level) = (ServiceCPU.now(bench.stack), first.mostShed)
        var (last, firstShed) = (first, Double?.none)
        while (ContinuousClock.now - began).inSeconds < Self.pressed {
            try await Task.sleep(for: .milliseconds(500))
            last = try await FleetGlance.take(bench.stack)
            if firstShed == nil, last.mostShed > level { firstShed = (ContinuousClock.now - began).inSeconds }
        }
        let elapsed = (ContinuousClock.now - began).inSeconds
        let worker = ServiceCPU.now(bench.stack).cores(since: cpu, over: elapsed).first { $0.0.hasPrefix("transcoder") }
        let name = "\(spinners) spinning"
        table.note("\(name): cores left to the worker", String(format: "%.2f", worker?.1 ?? .nan))
        table.note(
            "\(name): the worker sheds",
            firstShed.map { String(format: "after %.1f s", $0) } ?? "no more in \(Int(Self.pressed)) s")
        table.note(
            "\(name): shed by each channel (1: preset, 2 and up: renditions)",
            last.channels.map { "\($0.shedLevel)" }.joined(separator: " "))
        table.note(
            "\(name): renditions encoded", last.channels.map { "\($0.encoding.count)" }.joined(separator: " "))
        table.note("\(name): slowest channel", last.slowest.map { String(format: "%.2f", $0) } ?? "none")
        try await advance(since: first, elapsed, bench, in: &table)
    }

    /// The channel whose playlist grew least, as a share of what it owes.
    private func advance(
        since first: FleetGlance, _ elapsed: Double, _ bench: BenchStack, in table: inout FigureTable
    ) async throws {
        let now = try await FleetGlance.take(bench.stack)
        let grown = now.channels.compactMap { channel in
            first.channels.first { $0.stream == channel.stream }.map { channel.lastSequence - $0.lastSequence }
        }
        table.note(
            "new segments of the channel that got fewest, of one per 4 s",
            "\(grown.min() ?? 0) of \(Int(elapsed / 4))")
    }
}
