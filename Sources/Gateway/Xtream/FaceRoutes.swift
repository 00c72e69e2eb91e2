import Contracts
import HTTPTypes
import Hummingbird
import NIOCore
import Redis

/// `/player_api.php`, `/api/xtream`, `/get.php` and `/xmltv.php`: this gateway as a panel, for IPTV apps and the existing frontend.
///
/// Lists are written in parts while they are taken: 57,000 films are some 20 MB, and never in memory as one text.
struct FaceRoutes: Sendable {
    let parts: GatewayParts
    let cookie: LoginCookie
    private let titles: FaceTitles
    private let store: ViewerStore

    /// Seconds that a poster's address is good for.
    private static let imageLifetime: UInt32 = 30 * 86_400

    init(parts: GatewayParts, cookie: LoginCookie) {
        self.parts = parts
        self.cookie = cookie
        titles = FaceTitles(parts: parts)
        store = ViewerStore(redis: parts.redis, keys: parts.keys)
    }

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            for path in ["/player_api.php", "/api/xtream"] as [RouterPath] {
                router.on(path, method: method) { try await api($0, $1) }
            }
            router.on("/get.php", method: method) { try await playlist($0, $1) }
            router.on("/xmltv.php", method: method) { try await guide($0, $1) }
        }
    }

    // MARK: API

    private func api(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let guest = try await FaceGuest.inQuery(request, context, parts.access)
        let rows = try await rows(guest, request, context)
        var response = try await answer(FaceQuery(request), guest, rows, request, context)
        // A page of this site that talks to the face plays films by their plain addresses: its browser is logged in.
        if let viewer = guest.viewer, let site = request.headers[.secFetchSite],
            site == "same-origin" || site == "same-site"
        {
            response.headers[.setCookie] = try await parts.access.newCookie(for: viewer, cookie)
        }
        return response
    }

    private func answer(
        _ query: FaceQuery, _ guest: FaceGuest, _ rows: FaceRows, _ request: Request, _ context: GatewayContext
    ) async throws -> Response {
        switch query.action {
        case nil: return Self.json(try await account(guest, rows.base))
        case "get_live_categories": return try await categories(.live, guest, context)
        case "get_vod_categories": return try await categories(.vod, guest, context)
        case "get_series_categories": return try await categories(.series, guest, context)
        case "get_live_streams":
            return try await list(.live, query, guest, context) { JSONBody.encode(rows.channel($0)) }
        case "get_vod_streams": return try await list(.vod, query, guest, context) { JSONBody.encode(rows.film($0)) }
        case "get_series": return try await list(.series, query, guest, context) { JSONBody.encode(rows.series($0)) }
        case "get_vod_info":
            let id = try query.number("vod_id")
            return Self.json(try await titles.film(id, rows, context))
        case "get_series_info":
            let id = try query.number("series_id")
            return Self.json(try await titles.series(id, rows, context))
        case "get_short_epg", "get_simple_data_table":
            let isAll = query.action == "get_simple_data_table"
            let id = try query.number("stream_id")
            return Self.json(try await titles.guide(id, limit: isAll ? .max : query.limit ?? 4, all: isAll, context))
        default: throw APIError(.badRequest, "unknown_action", "This action is not known here.")
        }
    }

    private func account(_ guest: FaceGuest, _ base: String) async throws -> FaceAccount {
        let now = WallClock.now()
        var playing = 0
        if guest.viewer != nil {
            let month = UsageDay(milliseconds: now).month
            playing = try await store.use(of: [guest.name], month: month).first?.playing ?? 0
        }
        return FaceAccount(guest, base: base, playing: playing, now: now)
    }

    private func categories(
        _ kind: CatalogKind, _ guest: FaceGuest, _ context: GatewayContext
    ) async throws -> Response {
        guard guest.mayHave(kind) else { return Self.json([FaceRows.Category]()) }
        let list = try await parts.catalog.list(kind, request: context.requestID)
        return Self.json(list.categories.map(FaceRows.category))
    }

    private func list(
        _ kind: CatalogKind, _ query: FaceQuery, _ guest: FaceGuest, _ context: GatewayContext,
        _ row: @escaping @Sendable (Contracts.CatalogEntry) -> ByteBuffer
    ) async throws -> Response {
        guard guest.mayHave(kind) else { return Self.json([FaceRows.Category]()) }
        let list = try await parts.catalog.list(kind, request: context.requestID)
        let positions = list.positions(CatalogSearch("", category: query.category))
        return Response(
            status: .ok, headers: FilmRoutes.jsonHeaders,
            body: FaceStream.array(positions) { row(list[$0]) })
    }

    // MARK: Files

    private func playlist(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let guest = try await FaceGuest.inQuery(request, context, parts.access)
        let query = FaceQuery(request)
        let lines = FacePlaylist(
            rows: try await rows(guest, request, context), guest: guest, output: query.output,
            qualities: query.wantsQualities ? parts.choice.offered(nil) + [Quality.audio.rawValue] : [])
        let channels = guest.mayHave(.live) ? try await parts.catalog.list(.live, request: context.requestID) : nil
        let films =
            query.wantsFilms && guest.mayHave(.vod)
            ? try await parts.catalog.list(.vod, request: context.requestID) : nil
        let headers: HTTPFields = [
            .contentType: "audio/x-mpegurl; charset=utf-8", .cacheControl: "no-store",
            .contentDisposition: "attachment; filename=\"channels.m3u\"",
        ]
        return Response(
            status: .ok, headers: headers,
            body: FaceStream.text(lines.head) { write in
                try await Self.lines(of: channels, write) { lines.channel($0, group: $1) }
                try await Self.lines(of: films, write) { lines.film($0, group: $1) }
            })
    }

    private static func lines(
        of list: CatalogIndex?, _ write: (String) async throws -> Void,
        _ line: (Contracts.CatalogEntry, String) -> String
    ) async throws {
        guard let list else { return }
        let groups = Dictionary(list.categories.map { ($0.id, $0.name) }) { first, _ in first }
        for position in list.positions() {
            let entry = list[position]
            try await write(line(entry, entry.categories.first.flatMap { groups[$0] } ?? ""))
        }
    }

    private func guide(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let guest = try await FaceGuest.inQuery(request, context, parts.access)
        let rows = try await rows(guest, request, context)
        let list = guest.mayHave(.live) ? try await parts.catalog.list(.live, request: context.requestID) : nil
        let headers: HTTPFields = [
            .contentType: "application/xml; charset=utf-8", .cacheControl: "private, max-age=300",
        ]
        guard request.method == .get else { return Response(status: .ok, headers: headers) }
        let entries = list.map { list in list.positions().map { list[$0] } } ?? []
        let programmes = await titles.programmes(of: entries, context)
        return Response(
            status: .ok, headers: headers,
            body: FaceStream.text(FaceXMLTV.head) { write in
                for entry in entries { try await write(FaceXMLTV.channel(entry, icon: rows.image(entry.image))) }
                for entry in entries {
                    for programme in programmes[entry.id] ?? [] {
                        try await write(FaceXMLTV.programme(programme, of: entry))
                    }
                }
                try await write(FaceXMLTV.foot)
            })
    }

    // MARK: Common

    private func rows(
        _ guest: FaceGuest, _ request: Request, _ context: GatewayContext
    ) async throws -> FaceRows {
        var access = ""
        if let viewer = guest.viewer {
            // The same for a day, so that apps find their posters in their caches.
            let day = UInt32(WallClock.now() / 86_400_000) * 86_400
            let token = SignedToken(
                .images, account: viewer.id, expiry: day + Self.imageLifetime,
                nonce: SignedToken.nonce(of: "images"))
            access = try await parts.access.directory.signer().text(token)
        }
        return FaceRows(base: parts.address.base(of: request, context: context), imageAccess: access)
    }

    private static func json(_ value: some Encodable) -> Response {
        Response(
            status: .ok, headers: FilmRoutes.jsonHeaders, body: ResponseBody(byteBuffer: JSONBody.encode(value)))
    }
}

extension FaceGuest {
    func mayHave(_ kind: CatalogKind) -> Bool {
        guard let viewer else { return true }
        return Viewer.Kind(rawValue: kind.rawValue).map(viewer.kinds.contains) ?? false
    }
}
