import Runtime

@main
enum GatewayMain {
    static func main() async {
        await ServiceHost.main(.gateway) { runtime in try await GatewayApp.build(runtime).assembly }
    }
}
