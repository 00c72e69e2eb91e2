import ArgumentParser

/// Measurements on the machine at hand. Each prints the commands that it compares with.
@main struct DashBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures what a live channel costs.", subcommands: [LiveBench.self, Tune.self])
}
