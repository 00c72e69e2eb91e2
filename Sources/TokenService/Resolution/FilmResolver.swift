import Contracts
import Synchronization
import Upstream

/// Asks the panel for a film or an episode: finds its place there, then follows the redirects.
///
/// The place is the id and the file extension. It is remembered once it worked, so that a renewed token costs one request; it
/// is looked up anew when it works no more.
final class FilmResolver: Sendable {
    /// Places remembered. Overflow forgets all: they are found again.
    private static let capacity = 5000

    private let panel: Panel
    private let metadata: MetadataSource
    private let chase: RedirectChase
    private let known = Mutex<[StreamID: FilmPlace]>([:])

    init(panel: Panel, metadata: MetadataSource, chase: RedirectChase) {
        self.panel = panel
        self.metadata = metadata
        self.chase = chase
    }

    /// - Parameter container: what the wish names; tried before anything that has to be asked for.
    func resolve(
        _ stream: StreamID, container: String?, account: PanelAnswer.Account, deadline: ContinuousClock.Instant
    ) async throws(ResolutionFailure) -> UpstreamURL {
        let attempt = Attempt(stream: stream, account: account, deadline: deadline)
        let remembered = known.withLock { $0[stream] }
        let named = container.flatMap { FilmSearch.place(of: stream, container: $0) }
        if let url = try await url([remembered, named].compactMap { $0 }, attempt) { return url }
        let places = FilmSearch.places(of: stream, try await details(attempt), hint: container)
        guard !places.isEmpty else { throw .noSuchEpisode }
        if let url = try await url(places, attempt) { return url }
        throw attempt.failure
    }

    /// One resolution: its bounds, and what the panel said last.
    private final class Attempt {
        let stream: StreamID
        let account: PanelAnswer.Account
        let deadline: ContinuousClock.Instant
        var failure = ResolutionFailure.filmUnavailable
        var tried: Set<FilmPlace> = []

        init(stream: StreamID, account: PanelAnswer.Account, deadline: ContinuousClock.Instant) {
            self.stream = stream
            self.account = account
            self.deadline = deadline
        }
    }

    /// The first place that leads anywhere; `nil` if none does. A failure that another place cannot mend is thrown.
    private func url(_ places: [FilmPlace], _ attempt: Attempt) async throws(ResolutionFailure) -> UpstreamURL? {
        for place in places where attempt.tried.insert(place).inserted {
            do throws(ResolutionFailure) {
                let start = try ResolutionFailure.mapped { () throws(UpstreamError) in try panel.film(place) }
                let url = try await chase.target(of: start, account: attempt.account, deadline: attempt.deadline)
                remember(place, attempt.stream)
                return url
            } catch {
                guard error.mayBeWrongPath else { throw error }
                attempt.failure = error
                known.withLock { $0[attempt.stream] = nil }
            }
        }
        return nil
    }

    private func remember(_ place: FilmPlace, _ stream: StreamID) {
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            known[stream] = place
        }
    }

    /// What the catalog says. For a film it is only a hint, and may take a part of the time; an episode by place cannot do
    /// without it; an episode by id cannot be asked for, for its series is unknown.
    private func details(_ attempt: Attempt) async throws(ResolutionFailure) -> FilmSearch.Details {
        let remaining = attempt.deadline - .now
        if let place = attempt.stream.place {
            switch await metadata.find(.series(place.series), within: remaining) {
            case .value(let text, _): return (try? SeriesMetadata(json: text)).map { .series($0) } ?? .unknown
            case .failure(let reason, _):
                throw ResolutionFailure(reason.code, reason.message, retryAfter: .seconds(15))
            }
        }
        guard attempt.stream.kind == .vod, let number = Int64(attempt.stream.number),
            case .value(let text, _) = await metadata.find(.film(number), within: remaining / 2),
            let film = try? FilmMetadata(json: text)
        else { return .unknown }
        return .film(film)
    }
}
