import Upstream

/// Asks the panel's catalog. Answers are lenient JSON, to be read by `PanelFilm` and `PanelSeries`.
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
        switch response.status {
        case 200...299: break
        case 401, 403, 429: throw .refused(retryAfter: response.head.retryAfter)
        default: throw .failed(status: response.status, retryAfter: response.head.retryAfter)
        }
        guard let json = try? LenientJSON(response.body) else { throw .catalogIsNoJSON }
        return json
    }
}
