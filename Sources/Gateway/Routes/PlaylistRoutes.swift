import Contracts
import HTTPTypes
import Hummingbird

/// `/api/hls/live-8/master.m3u8`, `/api/hls/live-8/s/<session>/720p.m3u8` and the plain `/api/hls/live-8/720p.m3u8`;
/// films likewise, as `vod-1906`, `series-55-1-2` and `episode-901`.
struct PlaylistRoutes: Sendable {
    private let live: LivePlaylists
    private let films: FilmPlaylists
    private let parts: GatewayParts

    init(parts: GatewayParts) {
        live = LivePlaylists(parts: parts)
        films = FilmPlaylists(parts: parts)
        self.parts = parts
    }

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/api/hls/:streamId/master.m3u8", method: method) { try await master($0, $1) }
            router.on("/api/hls/:streamId/s/:session/:item", method: method) { try await media($0, $1) }
            router.on("/api/hls/:streamId/:item", method: method) { try await media($0, $1) }
        }
    }

    private func master(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let stream = try LiveRequest.stream(context)
        if stream.place != nil { return try await renamed(stream, request, context) }
        return stream.kind == .live
            ? try await live.master(stream, request, context) : try await films.master(stream, request, context)
    }

    private func media(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let wish = try PlaylistWish(context)
        if wish.stream.place != nil { return try await renamed(wish.stream, request, context) }
        return wish.stream.kind == .live
            ? try await live.media(wish, request, context) : try await films.media(wish, request, context)
    }

    /// An episode by its place: the same playlist under the film's one name (`FilmTitles`).
    private func renamed(_ film: StreamID, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let titles = FilmTitles(parts: parts)
        if request.method == .head {
            guard let title = try await titles.known(film) else { return PlaylistResponse.unknownYet }
            return try Self.redirect(request, from: film, to: title.stream)
        }
        let title = try await titles.title(of: film, request: context.requestID)
        // Only here it is known what the catalog says of the file.
        try parts.films.view(of: title.stream).touch(request: context.requestID, container: title.containerExtension)
        return try Self.redirect(request, from: film, to: title.stream)
    }

    private static func redirect(
        _ request: Request, from old: StreamID, to new: StreamID
    ) throws(APIError) -> Response {
        let (target, folder) = (request.uri.string, "/api/hls/\(old)/")
        guard target.hasPrefix(folder) else { throw .notFound }
        return Response(
            status: .found,
            headers: [
                .location: "/api/hls/\(new)/\(target.dropFirst(folder.count))", .cacheControl: "no-store",
                .contentLength: "0",
            ])
    }
}

/// What a media playlist's URL names.
struct PlaylistWish: Sendable {
    let stream: StreamID
    /// `720p`, `audio-fra`: as it was asked for.
    let name: String
    /// `nil`: a plain path.
    let session: PlaybackSession?

    private static let suffix = ".m3u8"

    init(_ context: GatewayContext) throws(APIError) {
        stream = try LiveRequest.stream(context)
        guard let file = context.parameters.get("item"), file.hasSuffix(Self.suffix) else { throw .notFound }
        name = String(file.dropLast(Self.suffix.count))
        guard let text = context.parameters.get("session") else {
            session = nil
            return
        }
        let given = try PlaybackSession(validating: text)
        // Signed: its name is inside, and the middleware has read it.
        session = context.identity.proof?.session.map { PlaybackSession(name: $0, text: text) } ?? given
    }

    /// What leads from the playlist's own URL to `/api/hls/<stream>/`.
    var prefix: String { session == nil ? "" : "../../" }
}
