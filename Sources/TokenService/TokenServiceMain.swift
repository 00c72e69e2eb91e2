import Runtime

/// The TokenService: the only holder of the provider's credentials.
@main
enum TokenServiceMain {
    static func main() async {
        await ServiceHost.main(.tokenService) { try TokenServiceApp.build($0) }
    }
}
