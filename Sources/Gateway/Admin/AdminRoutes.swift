import Contracts
import HTTPTypes
import Hummingbird
import Redis

/// `/api/admin/overview`, `/api/admin/events`, and what the operator does to a stream: `POST /api/admin/streams/:streamId/refresh`
/// and `…/stop`. All of it needs the key, which no browser sends by itself.
struct AdminRoutes: Sendable {
    let parts: GatewayParts
    private let overview: CachedBody
    private let events: AdminEvents

    private struct Done: Encodable {
        let success = true
        let stream: StreamID
        /// Whether somebody ran it.
        let wasRunning: Bool
    }

    init(parts: GatewayParts) {
        self.parts = parts
        overview = CachedBody(lifetime: .seconds(1)) { JSONBody.encode(try await AdminOverview.read(parts)) }
        events = AdminEvents(overview: overview, isDraining: { parts.views.isDraining })
    }

    func add(to router: Router<GatewayContext>) {
        on(router, "/api/admin/overview", .get) { _ in
            Response(
                status: .ok, headers: FilmRoutes.jsonHeaders, body: ResponseBody(byteBuffer: try await overview.value())
            )
        }
        on(router, "/api/admin/events", .get) { _ in try events.response() }
        on(router, "/api/admin/streams/:streamId/refresh", .post) { try await refresh(LiveRequest.stream($0)) }
        on(router, "/api/admin/streams/:streamId/stop", .post) { try await stop(LiveRequest.stream($0)) }
    }

    private func on(
        _ router: Router<GatewayContext>, _ path: RouterPath, _ method: HTTPRequest.Method,
        _ body: @escaping @Sendable (GatewayContext) async throws -> Response
    ) {
        router.on(path, method: method) { request, context in
            try parts.access.adminKey.check(request, from: parts.access.clients.address(of: context))
            return try await body(context)
        }
    }

    /// The cached token is dropped and the owner told to connect with a newer one.
    private func refresh(_ stream: StreamID) async throws -> Response {
        if let wait = try await RefreshGrant(redis: parts.redis, keys: parts.keys).take(stream) {
            throw APIError.refreshedLately(wait)
        }
        _ = try await TokenStore(redis: parts.redis, keys: parts.keys).drop(stream)
        let status = try await StreamDemand(redis: parts.redis, keys: parts.keys).status(of: stream)
        return Self.done(stream, !status.owner.isEmpty)
    }

    private func stop(_ stream: StreamID) async throws -> Response {
        Self.done(stream, try await StreamStop(redis: parts.redis, keys: parts.keys).stop(stream))
    }

    private static func done(_ stream: StreamID, _ wasRunning: Bool) -> Response {
        Response(
            status: .ok, headers: FilmRoutes.jsonHeaders,
            body: ResponseBody(byteBuffer: JSONBody.encode(Done(stream: stream, wasRunning: wasRunning))))
    }
}
