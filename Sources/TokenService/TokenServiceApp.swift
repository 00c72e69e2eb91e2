import Contracts
import Runtime
import Upstream

/// Assembles the service. Tests call it with settings of their own.
enum TokenServiceApp {
    static func build(_ runtime: ServiceRuntime) throws -> ServiceAssembly {
        let settings = try TokenServiceSettings(runtime.settings)
        let metrics = TokenServiceMetrics(runtime.metrics)
        let client = try UpstreamClient(
            policy: settings.policy,
            maximumActive: settings.concurrency + MetadataWorker.width + CatalogWorker.width + 2,
            maximumQueued: settings.concurrency)
        let ledger = SlotLedger(redis: runtime.redis, keys: runtime.keys)
        let monitor = AccountMonitor(
            check: AccountCheck(client: client, panel: settings.panel, timeout: settings.timeout), ledger: ledger,
            instance: runtime.instance, settings: settings, metrics: metrics, logger: runtime.logger)
        let metadata = MetadataStore(redis: runtime.redis, keys: runtime.keys)
        let catalog = PanelCatalog(client: client, panel: settings.panel)
        let source = MetadataSource(
            catalog: catalog, cleaner: PanelCleaner(panel: settings.panel), store: metadata, instance: runtime.instance,
            timeToLive: settings.metadataTimeToLive)
        let resolver = StreamResolver(client: client, settings: settings, metadata: source, metrics: metrics)
        let worker = WishWorker(
            store: TokenStore(redis: runtime.redis, keys: runtime.keys), blocking: runtime.blocking,
            keys: runtime.keys, instance: runtime.instance, settings: settings, resolver: resolver, ledger: ledger,
            metrics: metrics, logger: runtime.logger)
        let describer = MetadataWorker(
            store: metadata, blocking: runtime.blocking, keys: runtime.keys, instance: runtime.instance, source: source,
            timeout: settings.timeout, metrics: metrics, logger: runtime.logger)
        let loader = CatalogLoader(
            catalog: catalog, policy: settings.policy, cleaner: PanelCleaner(panel: settings.panel),
            store: CatalogStore(redis: runtime.redis, keys: runtime.keys), instance: runtime.instance,
            timeToLive: settings.metadataTimeToLive, timeout: settings.timeout)
        let lists = CatalogWorker(
            store: loader.store, blocking: runtime.blocking, keys: runtime.keys, instance: runtime.instance,
            loader: loader, metrics: metrics, logger: runtime.logger)
        runtime.health.add(.provider(ledger, interval: settings.checkInterval))
        return ServiceAssembly(services: [monitor, worker, describer, lists])
    }
}
