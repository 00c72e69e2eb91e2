import ArgumentParser
import Runtime

@main
enum GatewayMain {
    static func main() async {
        // `Gateway viewer …`: the operator's accounts, without a service.
        if CommandLine.arguments.dropFirst().first == ViewerCommand.configuration.commandName {
            await ViewerCommand.main(Array(CommandLine.arguments.dropFirst(2)))
            return
        }
        // `Gateway trace …`: what a request started.
        if CommandLine.arguments.dropFirst().first == TraceCommand.configuration.commandName {
            await TraceCommand.main(Array(CommandLine.arguments.dropFirst(2)))
            return
        }
        HeapSettings.apply()
        await ServiceHost.main(.gateway) { runtime in try await GatewayApp.build(runtime).assembly }
    }
}
