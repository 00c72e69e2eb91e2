import Contracts
import Upstream

/// Turns a wish into an address, whatever kind of stream it names.
struct StreamResolver: Sendable {
    private let live: LiveResolver
    private let films: FilmResolver
    private let timeout: Duration

    init(client: UpstreamClient, settings: TokenServiceSettings, metadata: MetadataSource, metrics: TokenServiceMetrics)
    {
        let chase = RedirectChase(client: client, settings: settings, metrics: metrics)
        live = LiveResolver(panel: settings.panel, chase: chase)
        films = FilmResolver(panel: settings.panel, metadata: metadata, chase: chase)
        timeout = settings.timeout
    }

    /// - Returns: an address without credentials (unless the operator allows them), never opened yet.
    /// - Throws: `ResolutionFailure`, within `PROVIDER_TIMEOUT`.
    func resolve(_ wish: TokenWish, account: PanelAnswer.Account) async throws(ResolutionFailure) -> UpstreamURL {
        let deadline = ContinuousClock.now + timeout
        switch wish.stream.kind {
        case .live: return try await live.resolve(wish.stream, account: account, deadline: deadline)
        case .vod, .series, .episode:
            do throws(ResolutionFailure) {
                return try await films.resolve(
                    wish.stream, container: wish.container.flatMap(FilmExtension.name), account: account,
                    deadline: deadline)
            } catch {
                throw error.ofFilm
            }
        }
    }
}
