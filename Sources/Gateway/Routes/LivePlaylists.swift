import Contracts
import HTTPTypes
import Hummingbird
import Logging

/// A channel's playlists: see `PlaylistRoutes`.
struct LivePlaylists: Sendable {
    let parts: GatewayParts

    private static let ordinary = "max-age=1"
    /// A session's own master must not be shared by caches: two viewers with one session would count as one.
    private static let personal = "private, max-age=1"

    // MARK: Multivariant

    /// - Parameter prefix: what leads from the request's path to `/api/hls/<stream>/`.
    func master(
        _ stream: StreamID, _ request: Request, _ context: GatewayContext, prefix: String = ""
    ) async throws -> Response {
        let quality = try LiveRequest.quality(request)
        let session = try await parts.access.session(for: stream, request, context)
        let snapshot: StreamSnapshot
        if request.method == .head {
            snapshot = await parts.views.peek(stream)
            guard snapshot.isPlayable(), snapshot.info != nil else { return PlaylistResponse.unknownYet }
        } else {
            let view = try await PlaybackStart(parts: parts).begin(stream, session, quality, context)
            let wanted = try parts.choice.variant(quality, view.snapshot.info)
            let arrival = ContinuousClock.now
            snapshot = try await parts.gate.start(view, session: session.name, rendition: wanted)
            parts.figures.started(after: .now - arrival)
        }
        guard let info = snapshot.info else { throw APIError.startTimeout }
        let first = try parts.choice.variant(quality, info)
        let text = MultivariantPlaylist(
            info: info, variants: QualityChoice.offered(info.tracks, maximum: parts.settings.maximumQuality),
            first: first,
            session: session.text, prefix: prefix
        ).text()
        var response = PlaylistResponse.make(RenderedPlaylist(text), for: request, cacheControl: Self.personal)
        let word = QualityChoice.word(for: first)
        if let quality, quality.rawValue != word { response.headers[.xQuality] = word }
        return response
    }

    // MARK: Media

    func media(_ wish: PlaylistWish, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let (stream, name) = (wish.stream, wish.name)
        try parts.access.check(stream, context)
        let session = wish.session?.name ?? context.identity.proof?.session ?? parts.anonymousSession
        let reload = try Self.reload(request)
        let snapshot: StreamSnapshot
        let view: StreamView?
        if request.method == .head {
            view = parts.views.existing(stream)
            snapshot = await parts.views.peek(stream)
            guard snapshot.isPlayable() else { return PlaylistResponse.unknownYet }
        } else {
            let wanted = try parts.views.view(of: stream)
            let now = wanted.snapshot
            wanted.want(
                session: session, rendition: try parts.choice.rendition(named: name, now.info),
                request: context.requestID)
            snapshot = try await parts.gate.playlist(wanted, now: now, session: session, reload: reload) { snapshot in
                try parts.choice.rendition(named: name, snapshot.info)
            }
            view = wanted
        }
        let rendition = try parts.choice.rendition(named: name, snapshot.info)
        if request.method == .get { parts.access.listed(rendition, snapshot.tail(of: rendition), context) }
        return try await answer(
            request, stream, view, snapshot, rendition: rendition, name: name, prefix: wish.prefix,
            isBlocking: reload != nil)
    }

    private static func reload(_ request: Request) throws(APIError) -> BlockingReload? {
        guard request.uri.query != nil else { return nil }
        let query = request.uri.queryParameters
        return try BlockingReload.parse(
            msn: query["_HLS_msn"].map(String.init), part: query["_HLS_part"].map(String.init))
    }

    private func answer(
        _ request: Request, _ stream: StreamID, _ view: StreamView?, _ snapshot: StreamSnapshot, rendition: String,
        name: String, prefix: String, isBlocking: Bool
    ) async throws -> Response {
        guard snapshot.newest(of: rendition) != nil else { return PlaylistResponse.unknownYet }
        let targetDuration = snapshot.info?.targetDuration ?? 4
        let key = StreamView.PlaylistKey(rendition: rendition, prefix: prefix)
        let playlist: RenderedPlaylist
        if let known = view?.playlist(key, version: snapshot.version) {
            playlist = known
        } else {
            let capability = try await parts.secret.current()
            let render = {
                MediaPlaylist(
                    segments: Array(snapshot.tail(of: rendition)), rendition: rendition,
                    targetDuration: targetDuration, ended: snapshot.hasEnded, prefix: prefix,
                    capability: { capability.text(stream, epoch: $0) }
                ).text()
            }
            playlist =
                view?.playlist(key, version: snapshot.version, render: render) ?? RenderedPlaylist(render())
        }
        // An answer to `_HLS_msn` has what was asked for and is as good later (MEDIA.md §3.4).
        let cache = isBlocking ? "max-age=\(6 * targetDuration)" : Self.ordinary
        var response = PlaylistResponse.make(playlist, for: request, cacheControl: cache)
        if name != rendition { response.headers[.xQuality] = rendition }
        return response
    }
}
