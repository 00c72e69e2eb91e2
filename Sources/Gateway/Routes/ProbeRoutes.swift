import Contracts
import HTTPTypes
import Hummingbird

/// `/api/stream/probe/:type/:id`: what is in a film's file; `/api/stream/info/:type/:id`: the same with what the provider's catalog
/// says of the film. `:type` is `vod`, `episode` or `series` (whose id is `55-1-2`: series, season, episode).
struct ProbeRoutes: Sendable {
    let parts: GatewayParts

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/api/stream/probe/:type/:id", method: method) { try await probe($0, $1) }
            router.on("/api/stream/info/:type/:id", method: method) { try await info($0, $1) }
        }
    }

    private func probe(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let (film, container) = try wish(request, context)
        if request.method == .head { return try await look(film) }
        let title = try await FilmTitles(parts: parts).title(of: film, request: context.requestID)
        return Self.json(try await file(title, container, context))
    }

    private func info(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let (film, container) = try wish(request, context)
        if request.method == .head { return try await look(film) }
        let title = try await FilmTitles(parts: parts).title(of: film, request: context.requestID)
        async let said = catalog(film, context)
        async let found = result { try await file(title, container, context) }
        let answer = try InfoAnswer(film: title.stream, catalog: await said, file: await found)
        return Self.json(answer)
    }

    /// Looks into the film, if nobody has done so.
    private func file(
        _ title: MetadataRequester.Title, _ container: String?, _ context: GatewayContext
    ) async throws -> ProbeAnswer {
        let view = try parts.films.view(of: title.stream)
        view.touch(request: context.requestID, container: container ?? title.containerExtension)
        let info = try await parts.filmGate.info(view, for: context.waiter)
        return ProbeAnswer(
            film: title.stream, offer: FilmOffer(info: info, maximum: parts.settings.maximumQuality))
    }

    /// What the provider says of the film; `nil`: it cannot be asked about an episode without its series.
    private func catalog(_ film: StreamID, _ context: GatewayContext) async -> Result<FilmDescription, APIError>? {
        let deadline = ContinuousClock.now + parts.settings.filmStartTimeout
        if let place = film.place {
            return await result {
                let answer = try await parts.metadata.series(
                    place.series, deadline: deadline, request: context.requestID)
                return try FilmDescription(try CatalogAnswer.value(answer), place)
            }
        }
        guard film.kind == .vod, let number = Int64(film.number) else { return nil }
        return await result {
            FilmDescription(
                try CatalogAnswer.value(
                    try await parts.metadata.film(number, deadline: deadline, request: context.requestID)))
        }
    }

    private func result<Value>(_ body: () async throws -> Value) async -> Result<Value, APIError> {
        do { return .success(try await body()) } catch {
            return .failure((error as? APIError) ?? (error is CancellationError ? .shuttingDown : .coordinationAway))
        }
    }

    /// HEAD starts nothing: the answer has a body only if the film is known.
    private func look(_ film: StreamID) async throws -> Response {
        guard let title = try await FilmTitles(parts: parts).known(film),
            let info = await parts.films.peek(title.stream).info
        else {
            var response = Response(status: .ok, headers: FilmRoutes.jsonHeaders)
            response.headers[.contentLength] = nil
            return response
        }
        return Self.json(
            ProbeAnswer(film: title.stream, offer: FilmOffer(info: info, maximum: parts.settings.maximumQuality)))
    }

    private func wish(
        _ request: Request, _ context: GatewayContext
    ) throws -> (film: StreamID, container: String?) {
        let film = try FilmRequest.film(
            kind: context.parameters.get("type") ?? "", number: context.parameters.get("id") ?? "")
        try parts.access.checkRights(to: film, context)
        return (
            film, try FilmRequest.container(request.uri.queryParameters["extension"].map(String.init))
        )
    }

    private static func json(_ answer: some Encodable) -> Response {
        Response(
            status: .ok, headers: FilmRoutes.jsonHeaders, body: ResponseBody(byteBuffer: JSONBody.encode(answer)))
    }
}
