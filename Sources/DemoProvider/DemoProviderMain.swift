import ArgumentParser

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
        try await DemoProviderService(configuration: configuration).runUntilSignalled()
    }
}
