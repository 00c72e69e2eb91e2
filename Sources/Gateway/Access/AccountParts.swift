import Contracts
import Hummingbird
import Logging
import Redis
import ServiceLifecycle

/// What accounts and rights stand on, assembled.
struct AccountParts: Sendable {
    let access: Access
    let cookie: LoginCookie
    private let store: ViewerStore
    private let checker: PasswordChecker

    init(_ settings: GatewaySettings, redis: RedisClient, keys: Keys, logger: Logger) {
        store = ViewerStore(redis: redis, keys: keys)
        checker = PasswordChecker()
        cookie = LoginCookie(isSecure: settings.isProduction)
        let directory = ViewerDirectory(redis: redis, keys: keys, logger: logger)
        access = Access(
            mode: settings.access, directory: directory, ledger: ViewerLedger(store: store, logger: logger),
            desk: LoginDesk(directory: directory, checker: checker), paces: RequestPaces(),
            clients: ClientAddress(
                trustedProxies: settings.trustedProxies, realAddressHeader: settings.realAddressHeader),
            adminKey: AdminKey(settings.adminKey))
    }

    /// Stopped before the Redis connections.
    var services: [any Service] { [checker, access.directory, access.ledger] }

    func addRoutes(to router: Router<GatewayContext>, address: PublicAddress) {
        LoginRoutes(access: access, address: address, cookie: cookie).add(to: router)
        AdminViewerRoutes(access: access, store: store, checker: checker).add(to: router)
    }
}
