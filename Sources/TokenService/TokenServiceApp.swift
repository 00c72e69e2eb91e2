import Contracts
import Runtime
import Upstream

/// Assembles the service. Tests call it with settings of their own.
enum TokenServiceApp {
    static func build(_ runtime: ServiceRuntime) throws -> ServiceAssembly {
        let settings = try TokenServiceSettings(runtime.settings)
        let metrics = TokenServiceMetrics(runtime.metrics)
        let client = try UpstreamClient(
            policy: settings.policy, maximumActive: settings.concurrency + 2, maximumQueued: settings.concurrency)
        let ledger = SlotLedger(redis: runtime.redis, keys: runtime.keys)
        let monitor = AccountMonitor(
            check: AccountCheck(client: client, panel: settings.panel, timeout: settings.timeout), ledger: ledger,
            instance: runtime.instance, settings: settings, metrics: metrics, logger: runtime.logger)
        let resolver = StreamResolver(client: client, settings: settings, metrics: metrics)
        let worker = WishWorker(
            store: TokenStore(redis: runtime.redis, keys: runtime.keys), blocking: runtime.blocking,
            keys: runtime.keys, instance: runtime.instance, settings: settings, resolver: resolver, ledger: ledger,
            metrics: metrics, logger: runtime.logger)
        runtime.health.add(.provider(ledger, interval: settings.checkInterval))
        return ServiceAssembly(services: [monitor, worker])
    }
}
