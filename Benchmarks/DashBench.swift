import ArgumentParser
import Logging
import Media

/// Measurements on the machine at hand. Each prints the commands that it compares with.
@main struct DashBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures what channels, films and the catalog cost and how quickly they serve.",
        subcommands: [
            LiveBench.self, EngineBench.self, StartBench.self, ViewersBench.self, TakeoverBench.self, ZapBench.self,
            CatalogBench.self, VodBench.self, DemoFilmsBench.self, GatewayBench.self, AudienceBench.self,
            CapacityBench.self, ChaosBench.self, SoakBench.self, WatchBench.self, Tune.self,
        ])

    static func main() async {
        // libx264 would tell the story of its life at the end of each encoder.
        LibavLog.install(Logger(label: "bench"))
        await main(nil)
    }
}
