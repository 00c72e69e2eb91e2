import Contracts
import HTTPTypes
import Hummingbird
import Redis

/// `/api/stream/vod/:id`, `/api/stream/episode/:episodeId`, `/api/stream/series/:id/:season/:episode`: a film, in the way that
/// suits it and the viewer best.
struct FilmRoutes: Sendable {
    let parts: GatewayParts
    let subscriber: RedisSubscriber

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            for kind in ["vod", "episode"] {
                router.on("/api/stream/\(kind)/:id", method: method) { request, context in
                    let film = try FilmRequest.film(kind: kind, number: context.parameters.get("id") ?? "")
                    return try await play(film, request, context)
                }
            }
            router.on("/api/stream/series/:id/:season/:episode", method: method) { request, context in
                let place = ["id", "season", "episode"].map { context.parameters.get($0) ?? "" }
                let film = try FilmRequest.film(kind: "series", number: place.joined(separator: "-"))
                return try await play(film, request, context)
            }
        }
    }

    private func play(_ film: StreamID, _ request: Request, _ context: GatewayContext) async throws -> Response {
        var wish = try FilmRequest(film, request)
        if film.place != nil {
            let titles = FilmTitles(parts: parts)
            let title =
                request.method == .head
                ? try await titles.known(film) : try await titles.title(of: film, request: context.requestID)
            guard let title else { return Self.unknownYet }
            wish.name(title)
        }
        return try await play(wish, request, context)
    }

    func play(_ wish: FilmRequest, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let session = try await parts.access.session(for: wish.film, request, context)
        let info: FilmInfo
        var isNew = false
        if request.method == .head {
            // HEAD starts nothing: of a film that nobody has looked into nothing can be said.
            guard let known = await parts.films.peek(wish.film).info else { return Self.unknownYet }
            info = known
        } else {
            let begun = try await FilmStart(parts: parts).begin(wish.film, session, container: wish.container, context)
            info = try await parts.filmGate.info(begun.view, for: context.waiter)
            isNew = begun.isNew
        }
        let offer = FilmOffer(info: info, maximum: parts.settings.maximumQuality)
        let choice = try PlayChoice(
            offer, format: wish.format, quality: wish.quality, start: wish.start, prefersFile: wish.prefersFile,
            preferred: parts.settings.defaultQuality)
        // Who is sent to the provider is counted there: nothing is known of what they watch.
        let mayLeave = choice.way == .direct && parts.settings.directPlay == .redirect
        if isNew, !mayLeave { parts.usage(wish.film, offer).opened() }
        if wish.format == .json { return answer(wish, offer, choice, session, request, context) }
        switch choice.way {
        case .hls: return hls(wish, choice, session)
        case .direct:
            let response = try await direct(wish, offer, session, request, context)
            if isNew, mayLeave, response.headers[.xDirectPlay] != nil { parts.usage(wish.film, offer).opened() }
            return response
        case .mp4: return try await file(wish, info, choice, session, request, context)
        }
    }

    private func file(
        _ wish: FilmRequest, _ info: FilmInfo, _ choice: PlayChoice, _ session: PlaybackSession, _ request: Request,
        _ context: GatewayContext
    ) async throws -> Response {
        try await ProgressiveFile(
            parts: parts, film: wish.film, info: info, variant: choice.rendition, start: wish.start,
            meter: parts.access.meter(session, context)
        ).response(request, context)
    }

    /// `DIRECT_PLAY` says which way; a redirect that is not possible now becomes the original in HLS, and the answer says why.
    private func direct(
        _ wish: FilmRequest, _ offer: FilmOffer, _ session: PlaybackSession, _ request: Request,
        _ context: GatewayContext
    ) async throws -> Response {
        if parts.settings.directPlay == .proxy {
            return try await SourceFile(
                parts: parts, film: wish.film, info: offer.info, meter: parts.access.meter(session, context)
            ).response(request, context)
        }
        // HEAD takes no connection.
        guard request.method == .get else { return Self.unknownYet }
        let outcome = await ProviderRedirect(parts: parts, subscriber: subscriber).take(
            wish.film, container: wish.container, request: context.requestID)
        switch outcome {
        case .location(let address):
            parts.usage(wish.film, offer).redirected()
            return Response(
                status: .found,
                headers: [
                    .location: address, .cacheControl: "no-store", .contentLength: "0", .referrerPolicy: "no-referrer",
                ])
        case .refused(let reason):
            let choice = try PlayChoice(
                insteadOfDirect: offer, because: reason, prefersFile: wish.prefersFile,
                preferred: parts.settings.defaultQuality)
            var response =
                choice.way == .mp4
                ? try await file(wish, offer.info, choice, session, request, context) : hls(wish, choice, session)
            response.headers[.xDirectPlay] = reason
            return response
        }
    }

    private func hls(_ wish: FilmRequest, _ choice: PlayChoice, _ session: PlaybackSession) -> Response {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        headers[.location] = FilmAnswer.master(wish.film, session, choice.rendition)
        headers[.contentLength] = "0"
        let word = QualityChoice.word(for: choice.rendition)
        if let asked = wish.quality, asked.rawValue != word { headers[.xQuality] = word }
        return Response(status: .found, headers: headers)
    }

    private func answer(
        _ wish: FilmRequest, _ offer: FilmOffer, _ choice: PlayChoice, _ session: PlaybackSession, _ request: Request,
        _ context: GatewayContext
    ) -> Response {
        let answer = FilmAnswer(
            film: wish.film, offer: offer, choice: choice, session: session, asked: wish.quality,
            base: parts.address.base(of: request, context: context))
        return Response(
            status: .ok, headers: Self.jsonHeaders, body: ResponseBody(byteBuffer: JSONBody.encode(answer)))
    }

    static let jsonHeaders: HTTPFields = [
        .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
    ]

    private static var unknownYet: Response {
        var response = Response(status: .ok, headers: [.cacheControl: "no-store"])
        response.headers[.contentLength] = nil
        return response
    }
}
