import ArgumentParser
import Foundation
import TestSupport

/// Many viewers of few channels: how many provider connections, what it costs, and what is left when they have gone.
struct ViewersBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "viewers",
        abstract: "200 viewers in 3 qualities on 2 channels: connections, errors, CPU, clean end.")

    @Option(help: "Viewers at once.") var viewers = 200
    @Option(help: "Seconds that they watch.") var seconds = 60
    @OptionGroup var strictness: Strictness

    /// 720p25 and 720p29.97 of the demo set: little motion, so that two ladders fit two cores.
    private static let channels = [8, 16]
    private static let qualities = ["360p", "480p", "720p"]
    private static let goneWithin = 30.0

    func validate() throws {
        guard (6...5000).contains(viewers) else { throw ValidationError("--viewers takes 6…5000, as 200") }
        guard (10...3600).contains(seconds) else { throw ValidationError("--seconds takes 10…3600, as 60") }
    }

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        var options = DashStack.Options()
        options.transcoders = 2
        let table = try await BenchStack.with(options) { bench in
            var table = FigureTable("\(viewers) viewers, \(Self.channels.count) channels, 3 qualities, \(seconds) s")
            let before = ServiceCPU.now(bench.stack)
            let began = ContinuousClock.now
            let results = await watch(bench)
            let elapsed = (ContinuousClock.now - began).inSeconds
            let cpu = ServiceCPU.now(bench.stack).cores(since: before, over: elapsed)
            report(results, elapsed, in: &table)
            let counters = try await bench.provider.counters()
            let wanted = Self.channels.count
            table.require(
                "provider connections opened (most at once)", "\(counters.opened) (\(counters.peak))", "= \(wanted)",
                isMet: counters.opened == wanted && counters.peak == wanted)
            table.seconds(
                "last viewer gone → connections and encoders gone", try await timeToEnd(bench), atMost: Self.goneWithin)
            for (name, cores) in cpu { table.note("CPU of \(name), cores", String(format: "%.2f", cores)) }
            return table
        }
        table.show()
        return table.isWithinBounds
    }

    private func watch(_ bench: BenchStack) async -> [BenchViewer.Result] {
        let end = ContinuousClock.now + .seconds(seconds)
        return await withTaskGroup(of: BenchViewer.Result.self) { group in
            for index in 0..<viewers {
                let channel = Self.channels[index % Self.channels.count]
                let quality = Self.qualities[index / Self.channels.count % Self.qualities.count]
                let viewer = BenchViewer(master: bench.stack.master(channel), rendition: quality)
                group.addTask { await viewer.watch(until: end) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func report(_ results: [BenchViewer.Result], _ elapsed: Double, in table: inout FigureTable) {
        let errors = results.flatMap(\.errors)
        table.require(
            "errors", errors.isEmpty ? "0" : "\(errors.count), first: \(errors[0])", "= 0", isMet: errors.isEmpty)
        let fewest = results.map(\.segments).min() ?? 0
        // A segment every 4 s, less the start.
        let owed = seconds / 4 - 2
        table.require(
            "segments of the viewer who got fewest", "\(fewest)", "≥ \(owed)", isMet: fewest >= owed)
        let requests = results.reduce(0) { $0 + $1.requests }
        let bytes = results.reduce(0) { $0 + $1.bytes }
        table.note("requests a second", String(format: "%.0f", Double(requests) / elapsed))
        table.note("megabits a second", String(format: "%.0f", Double(bytes) * 8 / 1e6 / elapsed))
        let times = Samples(results.flatMap { $0.playlistTimes.dropFirst() })
        table.seconds("media playlist, median", times.median)
        table.seconds("media playlist, p95", times.p95)
    }

    /// Seconds until the provider has no connection and no worker a channel.
    private func timeToEnd(_ bench: BenchStack) async throws -> Double {
        let left = ContinuousClock.now
        while (ContinuousClock.now - left).inSeconds < 2 * Self.goneWithin {
            let open = try await bench.provider.counters().open
            if open == 0, try await runningChannels(bench) == 0 { return (ContinuousClock.now - left).inSeconds }
            try await Task.sleep(for: .milliseconds(100))
        }
        return .infinity
    }

    /// By the workers' own gauges: a channel counts until its engine's threads have ended.
    private func runningChannels(_ bench: BenchStack) async throws -> Int {
        var count = 0
        for worker in bench.stack.transcoders {
            guard let port = bench.stack.adminPorts[worker.name] else { continue }
            let text = try await SimpleHTTP.send("GET", "http://127.0.0.1:\(port)/metrics").text
            let line = text.split(separator: "\n").first { $0.hasPrefix("transcoder_streams ") }
            count += line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }.map { Int($0) } ?? 0
        }
        return count
    }
}
