import Contracts
import Upstream

/// Asks the panel's catalog. Answers are lenient JSON, to be read by `FilmReading` and the others beside it.
struct PanelCatalog: Sendable {
    /// A series of a thousand episodes with plots stays below this.
    private static let largest = 16 << 20

    let client: UpstreamClient
    let panel: Panel

    /// `get_vod_info`.
    func film(_ id: String, within patience: Duration) async throws(ResolutionFailure) -> LenientJSON {
        try await ask(patience) { () throws(UpstreamError) in try panel.catalog("get_vod_info", "vod_id", id) }
    }

    /// `get_series_info`.
    func series(_ id: String, within patience: Duration) async throws(ResolutionFailure) -> LenientJSON {
        try await ask(patience) { () throws(UpstreamError) in try panel.catalog("get_series_info", "series_id", id) }
    }

    /// `get_short_epg`.
    func guide(_ channel: String, within patience: Duration) async throws(ResolutionFailure) -> LenientJSON {
        try await ask(patience) { () throws(UpstreamError) in
            try panel.catalog("get_short_epg&limit=\(GuideMetadata.most)", "stream_id", channel)
        }
    }

    /// `get_vod_categories` and its like.
    func categories(
        of kind: CatalogKind, within patience: Duration
    ) async throws(ResolutionFailure) -> LenientJSON {
        try await ask(patience) { () throws(UpstreamError) in try panel.catalog("get_\(kind.rawValue)_categories") }
    }

    /// Where a whole list is: tens of megabytes, to be read as they come.
    func address(of kind: CatalogKind) throws(UpstreamError) -> UpstreamURL {
        try panel.catalog(kind == .series ? "get_series" : "get_\(kind.rawValue)_streams")
    }

    private func ask(
        _ patience: Duration, _ url: () throws(UpstreamError) -> UpstreamURL
    ) async throws(ResolutionFailure) -> LenientJSON {
        let response: UpstreamResponse
        do throws(UpstreamError) {
            var request = UpstreamRequest(try url())
            request.deadline = max(.milliseconds(1), patience)
            request.reusesConnection = false
            request.acceptsCompression = true
            request.body = .whole(limit: Self.largest)
            response = try await client.request(request)
        } catch {
            throw ResolutionFailure(error)
        }
        try Self.check(response.head)
        guard let json = try? LenientJSON(response.body) else { throw .catalogIsNoJSON }
        return json
    }

    static func check(_ head: UpstreamHead) throws(ResolutionFailure) {
        switch head.status {
        case 200...299: break
        case 401, 403, 429: throw .refused(retryAfter: head.retryAfter)
        default: throw .failed(status: head.status, retryAfter: head.retryAfter)
        }
    }
}
