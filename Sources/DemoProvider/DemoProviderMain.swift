import ArgumentParser
import Probe

@main
struct DemoProviderMain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "DemoProvider",
        abstract: "An IPTV provider of our own: Xtream panel and CDN, for demos, tests and benchmarks.",
        discussion: """
            Every option may also come from the environment: --max-connections is DEMO_MAX_CONNECTIONS.
            Its own media: channels 7 to 17; films 1901 to 1926 in every container and oddity, 9061 to 9065 plain ones;
            series 55. What each is, and the calls under /control/ that switch faults, is in docs/demo-provider.md.
            """)

    @OptionGroup var options: DemoProviderOptions

    func run() async throws {
        let configuration: DemoProviderConfiguration
        do {
            configuration = try DemoProviderConfiguration(options)
        } catch {
            throw ValidationError(error.description)
        }
        if options.healthcheck { throw await Self.health(port: configuration.port) }
        try await DemoProviderService(configuration: configuration).runUntilSignalled()
    }

    /// For containers, which have no other way to ask.
    private static func health(port: Int) async -> ExitCode {
        await HealthProbe(port: port, path: "/control/settings").ask() == .well ? .success : .failure
    }
}
