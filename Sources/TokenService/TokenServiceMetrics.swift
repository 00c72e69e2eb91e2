import Contracts
import CoreMetrics
import Metrics

/// What the TokenService tells of its work. No label ever names a stream, a host or an account.
struct TokenServiceMetrics: Sendable {
    /// Seconds from the first request at the panel to the address, or to the failure.
    let resolution: Timer
    /// Age of a stored address when a wish was served with it.
    let tokenAge: Timer
    /// Redirects at the panel that carried credentials, of the last resolution.
    let redirects: Gauge
    /// Resolutions running now, of `TOKEN_CONCURRENCY`.
    let running: Gauge
    /// Questions to the catalog running now.
    let metadataRunning: Gauge
    /// Lists of the catalog being loaded now.
    let catalogRunning: Gauge
    /// Wishes that could not be read.
    let malformed: Counter
    /// Slots of dead owners that were freed early.
    let freedSlots: Counter
    private let factory: any MetricsFactory

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        resolution = Timer(label: "token_resolution_seconds", factory: factory)
        tokenAge = Timer(label: "token_age_seconds", factory: factory)
        redirects = Gauge(label: "token_redirects", factory: factory)
        running = Gauge(label: "token_resolutions_running", factory: factory)
        metadataRunning = Gauge(label: "metadata_requests_running", factory: factory)
        catalogRunning = Gauge(label: "catalog_loads_running", factory: factory)
        malformed = Counter(label: "token_wishes_malformed", factory: factory)
        freedSlots = Counter(label: "provider_slots_freed", factory: factory)
    }

    /// `token_requests{outcome}`: `resolved`, `cached`, `busy`, `late`, `superseded`, or a failure's code.
    func request(_ outcome: String) {
        Counter(label: "token_requests", dimensions: [("outcome", outcome)], factory: factory).increment()
    }

    /// `metadata_requests{outcome}`: `found`, `cached`, `busy`, `late`, or a failure's code.
    func metadata(_ outcome: String) {
        Counter(label: "metadata_requests", dimensions: [("outcome", outcome)], factory: factory).increment()
    }

    /// `catalog_requests{kind,outcome}`: `loaded`, `cached`, `busy`, `late`, `superseded`, or a failure's code.
    func catalog(_ kind: CatalogKind, _ outcome: String) {
        Counter(
            label: "catalog_requests", dimensions: [("kind", kind.rawValue), ("outcome", outcome)], factory: factory
        ).increment()
    }

    /// `catalog_load_seconds{kind}` and `catalog_entries{kind}`, of the last load.
    func catalogLoad(_ kind: CatalogKind, _ duration: Duration, entries: Int) {
        let labels = [("kind", kind.rawValue)]
        Timer(label: "catalog_load_seconds", dimensions: labels, factory: factory).record(duration: duration)
        Gauge(label: "catalog_entries", dimensions: labels, factory: factory).record(entries)
    }

    /// `provider_checks{outcome}`: `active` or a failure's code.
    func check(_ outcome: String) {
        Counter(label: "provider_checks", dimensions: [("outcome", outcome)], factory: factory).increment()
    }

    /// `provider_connections{kind}`: `limit` we keep to, `max` of the account, `foreign` devices, `reserved` by us.
    func connections(_ kind: String, _ count: Int) {
        Gauge(label: "provider_connections", dimensions: [("kind", kind)], factory: factory).record(count)
    }
}
