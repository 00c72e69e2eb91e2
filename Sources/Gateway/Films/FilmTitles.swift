import Contracts

/// The one name that a film has in the whole system: an episode by its place (`series-55-1-2`) is the same file as the episode by
/// its number, and so has the same owner, reader, connection and stored segments.
struct FilmTitles: Sendable {
    let parts: GatewayParts

    /// Asks the provider's catalog for an episode's number if it is not known. Throws `APIError`, and `RedisError` while Redis is
    /// away.
    func title(of film: StreamID, request: String) async throws -> MetadataRequester.Title {
        let answer = try await parts.metadata.title(
            of: film, deadline: .now + parts.settings.filmStartTimeout, request: request)
        return try CatalogAnswer.value(answer)
    }

    /// Looks without asking anybody: for HEAD. `nil`: not known here.
    func known(_ film: StreamID) async throws -> MetadataRequester.Title? {
        try await parts.metadata.known(film)
    }
}

/// What an answer of the provider's catalog means for a viewer.
enum CatalogAnswer {
    static func value<Value: Sendable & Equatable>(_ answer: MetadataRequester.Answer<Value>) throws(APIError) -> Value
    {
        switch answer {
        case .value(let value): return value
        case .failure(let reason, let retryAfter): throw .film(reason, retryIn: retryAfter)
        case .unanswered: throw .catalogSilent
        }
    }
}
