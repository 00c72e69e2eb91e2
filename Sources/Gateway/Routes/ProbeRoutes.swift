import Contracts
import HTTPTypes
import Hummingbird

/// `/api/stream/info/:type/:id` and `/api/stream/probe/:type/:id`: what is in a film. `:type` is `vod`, `episode` or `series`
/// (whose id is `55-1-2`: series, season, episode).
struct ProbeRoutes: Sendable {
    let parts: GatewayParts

    func add(to router: Router<GatewayContext>) {
        for path in ["/api/stream/info/:type/:id", "/api/stream/probe/:type/:id"] as [RouterPath] {
            for method in [HTTPRequest.Method.get, .head] {
                router.on(path, method: method) { try await probe($0, $1) }
            }
        }
    }

    private func probe(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let film = try FilmRequest.film(
            kind: context.parameters.get("type") ?? "", number: context.parameters.get("id") ?? "")
        let container = try FilmRequest.container(request.uri.queryParameters["extension"].map(String.init))
        var info: FilmInfo?
        if request.method == .head {
            info = await parts.films.peek(film).info
        } else {
            let view = try parts.films.view(of: film)
            view.touch(request: context.requestID, container: container)
            info = try await parts.filmGate.info(view, for: context.waiter)
        }
        guard let info else {
            var response = Response(status: .ok, headers: FilmRoutes.jsonHeaders)
            response.headers[.contentLength] = nil
            return response
        }
        let answer = ProbeAnswer(film: film, offer: FilmOffer(info: info, maximum: parts.settings.maximumQuality))
        return Response(
            status: .ok, headers: FilmRoutes.jsonHeaders, body: ResponseBody(byteBuffer: JSONBody.encode(answer)))
    }
}
