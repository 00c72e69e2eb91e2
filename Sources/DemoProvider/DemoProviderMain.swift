import ArgumentParser

@main
struct DemoProviderMain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "DemoProvider",
        abstract: "An IPTV provider of our own: Xtream panel and CDN, for demos, tests and benchmarks.",
        discussion: "Every option may also come from the environment: --max-connections is DEMO_MAX_CONNECTIONS.")

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
