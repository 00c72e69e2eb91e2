import ArgumentParser
import Foundation
import TestSupport

/// How long the first viewer of a channel waits, and every later one.
struct StartBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "From the first request of a cold channel to its first segment, and the same of a running one.")

    @Option(help: "Cold starts.") var runs = 20
    @Option(help: "Channel of the demo set: 8 is 720p25, 9 is 1080i25 MPEG-2, 7 is 360p.") var channel = 8
    @Option(help: "Starts of a running channel.") var warmRuns = 100
    @Option(help: "Milliseconds of round trip to the provider.") var rtt = 0
    @Option(help: "Seconds of the past that the provider sends at once, 0…2.") var burst = 2.0
    @OptionGroup var strictness: Strictness

    /// Bounds that the project set itself, seconds. Those of cold starts are for the demo provider as it is: without a burst
    /// the source's own next key picture has to be waited for.
    private enum Bound {
        static let coldMedian = 2.0
        static let coldP95 = 3.0
        static let warmMedian = 0.05
    }

    func validate() throws {
        guard (1...1000).contains(runs) else { throw ValidationError("--runs takes 1…1000, as 20") }
        guard (1...10_000).contains(warmRuns) else { throw ValidationError("--warm-runs takes 1…10000, as 100") }
        guard (0...2).contains(burst) else { throw ValidationError("--burst takes 0…2 s") }
        guard (0...2000).contains(rtt) else { throw ValidationError("--rtt takes 0…2000 ms") }
    }

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        let (colds, playlists, segments) = try await BenchStack.with(options) { bench in
            var colds: [StartTimeline] = []
            for _ in 0..<runs {
                try await bench.waitUntilCold(channel)
                colds.append(try await ColdStart(bench: bench, channel: channel).measure())
            }
            let (playlists, segments) = try await warm(bench)
            return (colds, playlists, segments)
        }
        let conditions = "provider's RTT \(rtt) ms, burst \(burst) s"
        var table = FigureTable("start of channel \(channel), \(runs) cold and \(warmRuns) warm, \(conditions)")
        let cold = Samples(colds.compactMap { $0.seconds(until: .segment) })
        let isOrdinary = rtt == 0 && burst == 2
        table.seconds(
            "cold: request → first segment, median", cold.median, atMost: isOrdinary ? Bound.coldMedian : nil)
        table.seconds("cold, p95", cold.p95, atMost: isOrdinary ? Bound.coldP95 : nil)
        table.seconds("cold, worst", cold.maximum)
        for step in StartTimeline.Step.allCases {
            table.seconds("… \(step.rawValue), median", Samples(colds.compactMap { $0.seconds(until: step) }).median)
        }
        table.seconds("warm: request → newest segment, median", segments.median, atMost: Bound.warmMedian)
        table.seconds("warm, p95", segments.p95)
        table.seconds("warm: request → media playlist, median", playlists.median)
        table.show()
        return table.isWithinBounds
    }

    private var options: DashStack.Options {
        var options = DashStack.Options()
        options.transcoders = 2
        options.environment["LIVE_IDLE_TIMEOUT"] = "5"
        // Every cold start asks the provider for an address.
        options.tokenEnvironment["LIVE_TOKEN_TTL"] = "1"
        options.providerOptions = ["--rtt", "\(rtt)", "--burst", "\(burst)"]
        return options
    }

    private func warm(_ bench: BenchStack) async throws -> (playlists: Samples, segments: Samples) {
        var playlists = Samples()
        var segments = Samples()
        for _ in 0..<warmRuns {
            let (playlist, segment) = try await ColdStart.warm(bench.stack.master(channel))
            playlists.add(playlist)
            segments.add(segment)
            try await Task.sleep(for: .milliseconds(100))
        }
        return (playlists, segments)
    }
}
