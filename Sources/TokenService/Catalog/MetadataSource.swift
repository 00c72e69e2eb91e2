import Contracts
import FoundationEssentials

/// What the panel says of films, series and what is on: asked, cleaned and kept in the store.
struct MetadataSource: Sendable {
    let catalog: PanelCatalog
    let cleaner: PanelCleaner
    let store: MetadataStore
    let instance: String
    /// Milliseconds for which an answer is good (`METADATA_CACHE_TTL`).
    let timeToLive: Int64

    struct Finding: Sendable {
        let result: MetadataStore.Result
        /// Milliseconds.
        let timeToLive: Int64

        /// Label of a metric.
        var code: String {
            switch result {
            case .value: "found"
            case .failure(let reason, _): reason.code
            }
        }
    }

    /// From the store while it is young, else from the panel; then the store knows it too.
    func find(_ subject: MetadataSubject, within patience: Duration) async -> MetadataStore.Result {
        // Without Redis the panel still answers.
        if let known = try? await store.read(subject), known.isFresh {
            if let text = known.text { return .value(text, images: [:]) }
            if let failure = known.failure { return .failure(failure, isGone: false) }
        }
        let finding = await ask(subject, within: patience)
        try? await keep(finding, for: subject)
        return finding.result
    }

    /// Asks the panel; never takes longer than `patience`.
    func ask(_ subject: MetadataSubject, within patience: Duration) async -> Finding {
        do throws(ResolutionFailure) {
            let reading = try await reading(subject, patience)
            return Finding(
                result: .value(reading.text, images: reading.images),
                timeToLive: min(timeToLive, reading.timeToLive ?? timeToLive))
        } catch {
            return Finding(
                result: .failure(error.reason, isGone: error == .filmUnavailable),
                timeToLive: error.retryAfter.milliseconds)
        }
    }

    func keep(_ finding: Finding, for subject: MetadataSubject) async throws {
        try await store.store(finding.result, for: subject, by: instance, timeToLive: finding.timeToLive)
    }

    private func reading(
        _ subject: MetadataSubject, _ patience: Duration
    ) async throws(ResolutionFailure) -> (text: String, images: [String: String], timeToLive: Int64?) {
        let number = String(subject.number)
        switch subject.kind {
        case .vod:
            guard let film = FilmReading(try await catalog.film(number, within: patience), cleaner),
                let text = try? film.metadata.json()
            else { throw .filmUnavailable }
            return (text, film.images, nil)
        case .series:
            guard let series = SeriesReading(try await catalog.series(number, within: patience), cleaner),
                let text = try? series.metadata.json()
            else { throw .filmUnavailable }
            return (text, series.images, nil)
        case .live:
            let now = Int64(Date.now.timeIntervalSince1970)
            let guide = GuideReading(try await catalog.guide(number, within: patience), cleaner, now: now)
            guard let text = try? guide.metadata.json() else { throw .catalogIsNoJSON }
            return (text, [:], guide.timeToLive(at: now))
        }
    }
}
