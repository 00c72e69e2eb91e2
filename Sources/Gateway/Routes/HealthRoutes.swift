import HTTPTypes
import Hummingbird
import Runtime

/// `/health` for people and `/api/health/{live,ready}` for orchestrators (API.md).
struct HealthRoutes: Sendable {
    let health: ServiceHealth
    let isDraining: @Sendable () -> Bool

    /// What the main job can do without: its absence is said, but answered 200.
    static let dispensable: Set<String> = ["segment-store"]

    private struct Liveness: Encodable { let status = "ok" }

    private struct Report: Encodable {
        struct Check: Encodable {
            let ok: Bool
            let detail: String?
        }

        /// `ok`, `degraded` (something dispensable is missing) or `failing`.
        let status: String
        let version: String
        let instance: String
        let uptime: Int
        let checks: [String: Check]
    }

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            for path in ["/health", "/api/health"] as [RouterPath] {
                router.on(path, method: method) { _, _ in Self.answer(await health.report()) }
            }
            router.on("/api/health/live", method: method) { _, _ in Self.json(Liveness(), .ok) }
            router.on("/api/health/ready", method: method) { _, _ in
                if isDraining() { throw APIError.shuttingDown }
                return Self.answer(await health.readiness())
            }
        }
    }

    private static func answer(_ report: HealthReport) -> Response {
        let missing = Set(report.checks.filter { !$0.ok }.map(\.name))
        let isFailing = !missing.subtracting(dispensable).isEmpty
        let checks = report.checks.map { ($0.name, Report.Check(ok: $0.ok, detail: $0.detail)) }
        let body = Report(
            status: isFailing ? "failing" : missing.isEmpty ? "ok" : "degraded", version: report.version,
            instance: report.instance, uptime: report.uptimeSeconds,
            checks: Dictionary(checks) { first, _ in first })
        return json(body, isFailing ? .serviceUnavailable : .ok)
    }

    private static func json(_ value: some Encodable, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: JSONBody.encode(value)))
    }
}
