import Contracts
import HTTPTypes
import Hummingbird

/// `/api/hls/vod-1906/<capability>/720p/<version>/12.ts`: bytes from memory or the media Redis, or held until they are made.
///
/// The path is the same for all viewers of a film and for ever, so shared caches work; query strings change nothing.
struct FilmSegmentRoutes: Sendable {
    let parts: GatewayParts

    private static let cacheControl = "public, max-age=31536000, immutable"

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            // `item` is the capability and `file` the version: the router wants one name for one place in the path.
            router.on("/api/hls/:streamId/:item/:rendition/:file/:piece", method: method) {
                try await segment($0, $1)
            }
        }
    }

    private func segment(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let film = try LiveRequest.stream(context)
        guard film.kind != .live else { throw APIError.notFound }
        let name = try FilmSegmentName(
            film: film, rendition: context.parameters.get("rendition") ?? "",
            version: context.parameters.get("file") ?? "", file: context.parameters.get("piece") ?? "")
        guard
            try await parts.secret.admits(context.parameters.get("item") ?? "", to: film, version: name.version)
        else {
            throw APIError(
                .forbidden, "bad_capability",
                "This address does not open this film's segments; load its playlist again.")
        }
        var headers: HTTPFields = [.cacheControl: Self.cacheControl, .eTag: name.etag]
        if ETagList.contains(request.headers[.ifNoneMatch], name.etag) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = name.contentType
        if request.method == .head { return try await look(name, headers) }
        let answer = try await parts.filmGate.bytes(of: name, for: context.waiter)
        note(name, answer)
        parts.access.served(film, bytes: answer.bytes.readableBytes, context)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: answer.bytes))
    }

    /// Without a view (too many films) the viewer plays all the same; only nothing is read ahead, and less is known of it.
    private func note(_ name: FilmSegmentName, _ answer: SegmentCache.Answer) {
        let (bytes, rendition) = (answer.bytes.readableBytes, name.piece.rendition)
        let view = try? parts.films.view(of: name.film)
        view?.served(name.piece)
        guard let info = view?.snapshot.info, info.version == name.version else {
            return parts.usage.segment(name.film, rendition: rendition, bytes: bytes, from: answer.source)
        }
        parts.usage(name.film, FilmOffer(info: info, maximum: parts.settings.maximumQuality))
            .sent(rendition, name.piece.index, bytes: bytes, answer.source)
    }

    /// HEAD starts nothing: the length is there only if the bytes are.
    private func look(_ name: FilmSegmentName, _ headers: HTTPFields) async throws -> Response {
        if let answer = try await parts.segments.bytes(of: name) {
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: answer.bytes))
        }
        var response = Response(status: .ok, headers: headers)
        response.headers[.contentLength] = nil
        return response
    }
}
