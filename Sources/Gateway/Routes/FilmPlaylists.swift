import Contracts
import Executors
import HTTPTypes
import Hummingbird
import Logging

/// A film's playlists: see `PlaylistRoutes`. They need the probe, and nothing encoded.
struct FilmPlaylists: Sendable {
    let parts: GatewayParts
    private let shelf: PlaylistShelf

    /// About 16 MB of long films, or 24 MB with their presigned addresses.
    private static func maximumPlaylists(_ parts: GatewayParts) -> Int { parts.bucket == nil ? 64 : 16 }
    /// Private to its viewer; asked for anew each time, because that moves the session (API.md).
    private static let personal = "private, max-age=1"

    init(parts: GatewayParts) {
        self.parts = parts
        shelf = PlaylistShelf(capacity: Self.maximumPlaylists(parts))
    }

    // MARK: Multivariant

    func master(_ film: StreamID, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let quality = try LiveRequest.quality(request)
        let session = try await parts.access.session(for: film, request, context)
        guard let offer = try await offer(film, session, request, context) else { return PlaylistResponse.unknownYet }
        let first = try offer.variant(quality, preferred: parts.settings.defaultQuality)
        let text = Self.multivariant(offer, first: first, session: session.text)
        var response = PlaylistResponse.make(RenderedPlaylist(text), for: request, cacheControl: Self.personal)
        let word = QualityChoice.word(for: first)
        if let quality, quality.rawValue != word { response.headers[.xQuality] = word }
        return response
    }

    static func multivariant(_ offer: FilmOffer, first: String, session: String) -> String {
        let (grid, video) = (offer.info.grid, offer.info.video)
        return MultivariantPlaylist(
            info: LiveStreamInfo(
                targetDuration: offer.targetDuration, frameRateNumerator: Int(grid.rateNumerator),
                frameRateDenominator: Int(grid.rateDenominator), tracks: offer.info.renditions, source: ""),
            variants: offer.variants, first: first, session: session,
            subtitles: offer.subtitles.map {
                .init(
                    name: $0.name, title: $0.title ?? $0.language ?? $0.name, language: $0.language,
                    isForced: $0.isForced)
            },
            originalRate: .init(numerator: video.rateNumerator, denominator: video.rateDenominator)
        ).text()
    }

    /// GET moves the session to the film and waits for what is in it; HEAD only looks. `nil`: not known.
    private func offer(
        _ film: StreamID, _ session: PlaybackSession, _ request: Request, _ context: GatewayContext
    ) async throws -> FilmOffer? {
        let maximum = parts.settings.maximumQuality
        if request.method == .head {
            return await parts.films.peek(film).info.map { FilmOffer(info: $0, maximum: maximum) }
        }
        let begun = try await FilmStart(parts: parts).begin(film, session, context)
        let info = try await parts.filmGate.info(begun.view, for: context.waiter)
        let offer = FilmOffer(info: info, maximum: maximum)
        if begun.isNew { parts.usage(film, offer).opened() }
        return offer
    }

    // MARK: Media

    func media(_ wish: PlaylistWish, _ request: Request, _ context: GatewayContext) async throws -> Response {
        try parts.access.check(wish.stream, context)
        guard let info = try await info(of: wish, request, context) else { return PlaylistResponse.unknownYet }
        let offer = FilmOffer(info: info, maximum: parts.settings.maximumQuality)
        let rendition = try offer.rendition(named: wish.name)
        let capability = try await parts.secret.current().text(wish.stream, version: info.version)
        var listing: BucketDelivery.Listing?
        if let bucket = parts.bucket {
            // HEAD promises nothing to anybody, and so does not know what GET would say.
            guard request.method == .get else { return PlaylistResponse.unknownYet }
            listing = await bucket.listing(of: wish.stream, version: info.version, rendition: rendition)
        }
        if request.method == .get, listing?.contains(0) != true { warm(wish.stream, info, rendition, context) }
        let key = PlaylistShelf.Key(
            film: wish.stream.description, version: info.version, rendition: rendition, prefix: wish.prefix,
            capability: capability, listing: listing?.name ?? "")
        let playlist = shelf.playlist(key) {
            FilmPlaylist(
                offer: offer, rendition: rendition, prefix: wish.prefix, capability: capability, listing: listing
            ).text()
        }
        let age = parts.settings.playlistTimeToLive.components.seconds
        let longest = listing == nil ? age : min(age, BucketDelivery.longestPlaylistAge)
        var response = PlaylistResponse.make(playlist, for: request, cacheControl: "max-age=\(longest)")
        if wish.name != rendition { response.headers[.xQuality] = rendition }
        if let listing, response.status == .ok { parts.usage(wish.stream, offer).listed(rendition, listing) }
        return response
    }

    /// What is in the film. GET waits for it; HEAD only looks. `nil`: not known.
    private func info(
        of wish: PlaylistWish, _ request: Request, _ context: GatewayContext
    ) async throws -> FilmInfo? {
        if request.method == .head { return await parts.films.peek(wish.stream).info }
        let view = try parts.films.view(of: wish.stream)
        view.touch(request: context.requestID)
        return try await parts.filmGate.info(view, for: context.waiter)
    }

    /// Whoever asks for a rendition's playlist is about to ask for its first segment: it is wished for at once.
    private func warm(_ film: StreamID, _ info: FilmInfo, _ rendition: String, _ context: GatewayContext) {
        guard let piece = FilmPiece(rendition: rendition, index: 0) else { return }
        let name = FilmSegmentName(film: film, version: info.version, piece: piece)
        guard let view = try? parts.films.view(of: film), !view.isHeld(name) else { return }
        let (gate, request) = (parts.filmGate, context.requestID)
        // Bounded as any other held request, in number and in time.
        TaskPool.task { _ = try? await gate.bytes(of: name, for: FilmGate.Waiter(request: request, isThere: { true })) }
    }
}
