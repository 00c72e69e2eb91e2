import ArgumentParser

/// All that is measured of live TV: the engine by itself, then the whole running product.
struct LiveBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live",
        abstract: "All parts, one after the other: engine, start, viewers, takeover, zap.",
        discussion: "Takes about twelve minutes. The four services, two Redis and a demo provider run on free ports.")

    @OptionGroup var strictness: Strictness

    func run() async throws {
        // Each part as it is by itself, with its defaults.
        var met = [try EngineBench.parse([]).measure()]
        met.append(try await StartBench.parse([]).measure())
        // A provider that is far away and sends nothing of the past.
        let far = ["--rtt", "100", "--burst", "0", "--warm-runs", "20", "--runs", "10"]
        met.append(try await StartBench.parse(far).measure())
        met.append(try await ViewersBench.parse([]).measure())
        met.append(try await TakeoverBench.parse([]).measure())
        met.append(try await ZapBench.parse([]).measure())
        try strictness.judge(met)
    }
}
