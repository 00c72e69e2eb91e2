import Redis

/// Gets what the provider says of films and series: from the store while it is young, else through the TokenServices.
public struct MetadataRequester: Sendable {
    /// How often the wish is repeated and the store read while no hint comes.
    private static let poll = Duration.seconds(1)

    private let store: MetadataStore
    private let subscriber: RedisSubscriber
    private let keys: Keys

    public init(redis: RedisClient, subscriber: RedisSubscriber, keys: Keys) {
        store = MetadataStore(redis: redis, keys: keys)
        self.subscriber = subscriber
        self.keys = keys
    }

    public enum Answer<Value: Sendable & Equatable>: Sendable, Equatable {
        case value(Value)
        /// `retryAfter`: milliseconds before asking again makes sense.
        case failure(StreamReason, retryAfter: Int64)
        /// No TokenService answered before the deadline.
        case unanswered
    }

    /// A film under the one name that it has in the whole system.
    public struct Title: Sendable, Equatable {
        /// `vod-…` or `episode-…`.
        public let stream: StreamID
        /// The file extension that the catalog names, if it was asked.
        public let containerExtension: String?

        public init(stream: StreamID, containerExtension: String?) {
            self.stream = stream
            self.containerExtension = containerExtension
        }
    }

    /// - Throws: `RedisError` while Redis is away; `CancellationError`.
    public func film(
        _ number: Int64, deadline: ContinuousClock.Instant, request: String
    ) async throws -> Answer<FilmMetadata> {
        try await answer(.film(number), deadline, request)
    }

    public func series(
        _ number: Int64, deadline: ContinuousClock.Instant, request: String
    ) async throws -> Answer<SeriesMetadata> {
        try await answer(.series(number), deadline, request)
    }

    /// What is on a channel, now and next.
    public func guide(
        _ number: Int64, deadline: ContinuousClock.Instant, request: String
    ) async throws -> Answer<GuideMetadata> {
        try await answer(.guide(number), deadline, request)
    }

    /// `series-55-1-2` becomes `episode-901`, so that one file has one owner and one reader; others stay what they are.
    public func title(
        of stream: StreamID, deadline: ContinuousClock.Instant, request: String
    ) async throws -> Answer<Title> {
        guard let place = stream.place else { return .value(Title(stream: stream, containerExtension: nil)) }
        switch try await series(place.series, deadline: deadline, request: request) {
        case .value(let series): return Self.title(place, in: series)
        case .failure(let reason, let retryAfter): return .failure(reason, retryAfter: retryAfter)
        case .unanswered: return .unanswered
        }
    }

    /// The same without asking anybody; `nil`: nobody knows it here, or there is no such episode.
    public func known(_ stream: StreamID) async throws -> Title? {
        guard let place = stream.place else { return Title(stream: stream, containerExtension: nil) }
        guard let text = try await store.read(.series(place.series)).text, let series = try? SeriesMetadata(json: text),
            case .value(let title) = Self.title(place, in: series)
        else { return nil }
        return title
    }

    private static func title(_ place: StreamID.Place, in series: SeriesMetadata) -> Answer<Title> {
        guard let episode = series.episode(season: place.season, number: place.episode) else {
            return .failure(
                StreamReason(code: "film_unavailable", message: "The series has no such episode."), retryAfter: 60_000)
        }
        return .value(Title(stream: .episode(episode.id), containerExtension: episode.containerExtension))
    }

    private func answer<Value: Contract & Equatable>(
        _ subject: MetadataSubject, _ deadline: ContinuousClock.Instant, _ request: String
    ) async throws -> Answer<Value> {
        if let answer: Answer<Value> = Self.answer(try await store.read(subject)) { return answer }
        return try await subscriber.subscribe(to: [keys.metadataChannel(subject)]) { hints in
            while true {
                // After the acknowledgement, and after every hint, gap or second of silence: the state is the truth.
                let reading = try await store.read(subject)
                if let answer: Answer<Value> = Self.answer(reading) { return answer }
                let remaining = deadline - .now
                guard remaining > .zero else {
                    // Old knowledge is better than none while nobody answers.
                    return reading.text.flatMap { try? Value(json: $0) }.map { .value($0) } ?? .unanswered
                }
                try await store.wish(subject, patience: remaining.wholeMilliseconds, request: request)
                _ = try await hints.next(within: min(Self.poll, remaining))
            }
        }
    }

    /// A value that this version cannot read is as good as none.
    private static func answer<Value: Contract & Equatable>(_ reading: MetadataStore.Reading) -> Answer<Value>? {
        guard reading.isFresh else { return nil }
        if let value = reading.text.flatMap({ try? Value(json: $0) }) { return .value(value) }
        return reading.failure.map { .failure($0, retryAfter: max(0, reading.expiresAt - reading.now)) }
    }
}
