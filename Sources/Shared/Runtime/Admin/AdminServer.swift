import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The private HTTP side of every service: `/metrics` and health on `ADMIN_PORT`. Never public, never behind the gateway.
///
/// - `/metrics`: Prometheus text.
/// - `/health`: every check, 200 or 503.
/// - `/health/live`: 200 while the process serves; asks nothing.
/// - `/health/ready`: 200 when the service has its Redis, else 503.
public struct AdminServer: Service {
    private let requestedPort: Int
    /// The port in use, known once the server listens.
    public let port = BoundPort()
    private let health: ServiceHealth
    private let metrics: PrometheusRegistry
    private let group: any EventLoopGroup
    private let logger: Logger
    private let start = Date.now

    /// - Parameter port: 0 takes any free one.
    public init(
        port: Int, health: ServiceHealth, metrics: PrometheusRegistry, group: any EventLoopGroup, logger: Logger
    ) {
        requestedPort = port
        self.health = health
        self.metrics = metrics
        self.group = group
        self.logger = logger
    }

    public func run() async throws {
        let address = await ListenAddress.any(on: group)
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let server = HTTPService(
            responder: routes().buildResponder(),
            configuration: ServerConfiguration(address: .hostname(address, port: requestedPort)),
            group: group, logger: quiet
        ) { channel in
            let port = channel.localAddress?.port ?? requestedPort
            self.port.set(port)
            logger.info("admin server listens", metadata: ["admin.port": "\(port)", "admin.address": "\(address)"])
        }
        try await server.run()
    }

    func routes() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/metrics") { _, _ in metricsPage() }
        router.get("/health/live") { _, _ in Self.json(["status": "ok"], status: .ok) }
        router.get("/health/ready") { _, _ in Self.answer(await health.readiness()) }
        router.get("/health") { _, _ in Self.answer(await health.report()) }
        return router
    }

    private func metricsPage() -> Response {
        var text = PrometheusText()
        let labels = [("instance", health.instance), ("service", health.service), ("version", BuildInfo.version)]
        ProcessFigures.render(
            into: &text, since: start,
            build: labels.map { "\($0.0)=\"\(MetricName.value($0.1))\"" }.joined(separator: ","))
        let body = Secrets.redact(metrics.render() + text.text)
        return Response(
            status: .ok, headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }

    private static func answer(_ report: HealthReport) -> Response {
        json(report, status: report.isHealthy ? .ok : .serviceUnavailable)
    }

    private static func json(_ value: some Encodable, status: HTTPResponse.Status) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(value)) ?? Data()
        return Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}
