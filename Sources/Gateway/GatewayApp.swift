import Contracts
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Runtime
import S3
import ServiceLifecycle

/// The public HTTP side of the system, assembled. Stateless: any number of replicas serve the same viewers.
struct GatewayApp: Sendable {
    let assembly: ServiceAssembly
    /// The public port, known once the server listens.
    let port: BoundPort

    /// Largest header block in bytes; a browser's is below 8 KiB.
    private static let maximumHeaders = 32 * 1024
    /// A connection without a request is closed after this.
    private static let idleTimeout = TimeAmount.seconds(75)
    private static let stallTimeout = TimeAmount.seconds(120)

    /// Puts the parts together; nothing runs before the host runs it.
    static func build(_ runtime: ServiceRuntime) async throws -> GatewayApp {
        let settings = try GatewaySettings(runtime.settings, environment: runtime.common.environment)
        let logger = runtime.logger
        let views = StreamViews(
            redis: runtime.redis, subscriber: runtime.subscriber, keys: runtime.keys,
            maximumViews: settings.maximumViews,
            logger: logger)
        let fleet = FleetWatch(registry: runtime.instances, logger: logger)
        let secret = CapabilitySecret(redis: runtime.redis, keys: runtime.keys, logger: logger)
        let usage = ServedTally()
        let films = FilmViews(
            redis: runtime.redis, subscriber: runtime.subscriber, keys: runtime.keys,
            maximumViews: settings.maximumFilms, logger: logger)
        let held = HeldRequests(maximum: settings.maximumHeld)
        let segments = SegmentCache(media: runtime.mediaRedis, keys: runtime.keys, capacity: settings.cacheBytes)
        let catalog = Catalog(
            redis: runtime.redis, subscriber: runtime.subscriber, keys: runtime.keys, held: held, logger: logger)
        let accounts = AccountParts(settings, redis: runtime.redis, keys: runtime.keys, logger: logger)
        let parts = GatewayParts(
            settings: settings, instance: runtime.instance, keys: runtime.keys, redis: runtime.redis, views: views,
            gate: StreamGate(
                views: views, held: held, fleet: { fleet.fleet }, startTimeout: settings.startTimeout),
            films: films,
            filmGate: FilmGate(
                views: films, held: held, segments: segments, fleet: { fleet.fleet },
                startTimeout: settings.filmStartTimeout, segmentTimeout: settings.filmSegmentTimeout),
            fleet: fleet, secret: secret,
            segments: segments, usage: usage, held: held, catalog: catalog,
            address: PublicAddress(configured: settings.publicURL, trustedProxies: settings.trustedProxies),
            bucket: settings.bucket.map {
                BucketDelivery(bucket: $0, segments: StoredSegments(redis: runtime.redis, keys: runtime.keys))
            },
            metadata: MetadataRequester(redis: runtime.redis, subscriber: runtime.subscriber, keys: runtime.keys),
            access: accounts.access, figures: GatewayFigures())
        addChecks(to: runtime.health, fleet: fleet)
        let port = BoundPort()
        let site = try WebSite.load(settings.web, logger: logger)
        let server = server(
            router(parts, accounts, site, runtime), settings, address: await ListenAddress.any(on: runtime.group),
            port: port, runtime: runtime)
        let reporter = UsageReporter(
            tally: usage, ledger: UsageLedger(redis: runtime.redis, keys: runtime.keys), gateway: runtime.instance,
            logger: logger)
        // Stopped from the end: first nothing is held any more, then the server finishes, then the last report goes out.
        let services: [any Service] =
            [
                secret, fleet, views, films, catalog, reporter,
            ] + accounts.services + [server, DrainNotice(views: views, films: films)]
        return GatewayApp(assembly: ServiceAssembly(services: services), port: port)
    }

    static func router(
        _ parts: GatewayParts, _ accounts: AccountParts, _ site: WebSite, _ runtime: ServiceRuntime
    ) -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self)
        router.add(
            middleware: RequestEnvelope(cors: CORS(origins: parts.settings.origins), figures: parts.figures))
        router.add(middleware: OffLoop())
        router.add(middleware: AccessMiddleware(access: parts.access))
        HealthRoutes(health: runtime.health, isDraining: { parts.views.isDraining }).add(to: router)
        LiveRoute(parts: parts).add(to: router)
        DirectRoute(parts: parts).add(to: router)
        RefreshRoute(parts: parts, subscriber: runtime.subscriber).add(to: router)
        PlaylistRoutes(parts: parts).add(to: router)
        SegmentRoutes(parts: parts).add(to: router)
        StatsRoute(redis: parts.redis, keys: parts.keys, price: parts.settings.bandwidthPrice).add(to: router)
        FilmSegmentRoutes(parts: parts).add(to: router)
        FilmRoutes(parts: parts, subscriber: runtime.subscriber).add(to: router)
        ProbeRoutes(parts: parts).add(to: router)
        CatalogRoutes(parts: parts).add(to: router)
        GuideRoute(parts: parts).add(to: router)
        ImageRoute(
            shelf: ImageShelf(
                store: ImageStore(redis: runtime.redis, media: runtime.mediaRedis, keys: runtime.keys),
                subscriber: runtime.subscriber, keys: runtime.keys, capacity: parts.settings.imageBytes),
            held: parts.held
        ).add(to: router)
        WebRoutes(site: site, security: WebSecurity(mediaOrigin: parts.settings.bucket?.publicOrigin)).add(to: router)
        AdminRoutes(parts: parts).add(to: router)
        accounts.addRoutes(to: router, address: parts.address)
        FaceRoutes(parts: parts, cookie: accounts.cookie).add(to: router)
        FacePlayRoutes(
            access: parts.access, live: LivePlaylists(parts: parts), direct: DirectRoute(parts: parts),
            films: FilmRoutes(parts: parts, subscriber: runtime.subscriber)
        ).add(to: router)
        return router
    }

    private static func server(
        _ router: Router<GatewayContext>, _ settings: GatewaySettings, address: String, port: BoundPort,
        runtime: ServiceRuntime
    ) -> some Service {
        var http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                FlushOnceHandler(), MalformedRequestHandler(), StalledWriteHandler(patience: stallTimeout),
            ],
            idleTimeout: idleTimeout)
        http.httpDecoder = .init(
            maxHeaderFieldSize: maximumHeaders / 2, maxHeaderListSize: maximumHeaders, maxHeaderFieldCount: 100)
        let (logger, configuration) = (runtime.logger, http)
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return HTTPService(
            responder: NamedAddress(inner: router.buildResponder()),
            server: HTTPServerBuilder { LoopChannel(HTTP1Channel(responder: $0, configuration: configuration)) },
            configuration: ServerConfiguration(
                address: .hostname(address, port: settings.port), backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(settings.maximumConnections, logger: quiet)),
            group: runtime.group, logger: quiet
        ) { channel in
            let bound = channel.localAddress?.port ?? settings.port
            port.set(bound)
            logger.info("gateway listens", metadata: ["port": "\(bound)", "address": "\(address)"])
        }
    }

    private static func addChecks(to health: ServiceHealth, fleet: FleetWatch) {
        for (name, service) in [
            ("workers", "transcoder"), ("token-service", "token-service"), ("segment-store", "segment-store"),
        ] {
            health.add(
                HealthCheck(name) {
                    guard let instances = fleet.instances else { return .failing("The fleet is not known.") }
                    let count = instances.filter { $0.service == service }.count
                    return count > 0 ? .ok("\(count) running") : .failing("None is running.")
                })
        }
    }
}
