import HTTPTypes

/// The errors that more than one route answers with.
extension APIError {
    static let notFound = APIError(.notFound, "not_found", "There is nothing at this address.")
    static let internalError = APIError(
        .internalServerError, "internal", "Something went wrong here; the request id helps to find out what.")
    static let badStreamID = APIError(
        .badRequest, "bad_stream_id", "A live channel is named by its number, 1 to 18 digits.")
    static let badSession = APIError(
        .badRequest, "bad_session", "A playback session is 8 to 64 letters, digits, '-' or '_'.")
    static let coordinationAway = APIError(
        .serviceUnavailable, "coordination_unavailable",
        "The service is reconnecting to its database; try again in a moment.",
        retryAfter: 2)
    static let tooManyStreams = APIError(
        .serviceUnavailable, "too_many_streams", "This gateway already follows as many channels as it can.",
        retryAfter: 10)
    static let tooManyHeld = APIError(
        .serviceUnavailable, "too_many_waiting", "Too many requests wait for a segment right now.", retryAfter: 2)
    static let shuttingDown = APIError(
        .serviceUnavailable, "shutting_down", "This gateway is being stopped; another one answers.", retryAfter: 1)
    /// For the figures: hardly anybody is there to read it. 499 is nginx's, for the same.
    static let viewerLeft = APIError(
        HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request"), "viewer_left",
        "The viewer closed the connection before this could be answered.")
    static let startTimeout = APIError(
        .gatewayTimeout, "start_timeout", "The channel did not start in time; try again.", retryAfter: 5)
    static let noWorker = APIError(
        .serviceUnavailable, "no_worker", "No transcoder is running at the moment.", retryAfter: 5)
    static let busy = APIError(
        .serviceUnavailable, "busy", "All transcoders are working at their limit; try again later.", retryAfter: 15)
    static let noFreeConnection = APIError(
        .serviceUnavailable, "no_free_connection", "All connections of the provider account are being watched.",
        retryAfter: 10)
    static let reloadTimeout = APIError(
        .serviceUnavailable, "reload_timeout", "The next segment did not come in time; try again.", retryAfter: 1)

    static let renditionNotReady = APIError(
        .serviceUnavailable, "rendition_not_ready", "This quality is being prepared; try again.", retryAfter: 2)
    static let sessionMoved = APIError(
        .conflict, "session_moved", "This playback session watches another channel now.")

    static let tooManyFilms = APIError(
        .serviceUnavailable, "too_many_films", "This gateway already follows as many films as it can.", retryAfter: 10)
    static let filmTimeout = APIError(
        .gatewayTimeout, "start_timeout", "The film could not be looked into in time; try again.", retryAfter: 5)
    static let catalogSilent = APIError(
        .gatewayTimeout, "catalog_timeout", "The provider's catalog did not answer in time; try again.", retryAfter: 5)
    static let segmentLate = APIError(
        .serviceUnavailable, "provider_slow",
        "This part of the film could not be made in time: the provider is slow, or the transcoders are busy.",
        retryAfter: 2)
    static let filmChanged = APIError(
        .notFound, "film_changed", "The film has changed on the provider's side; load its playlist again.")
    static let noSuchSegment = APIError(.notFound, "segment_unknown", "The film has no such segment.")

    static let catalogLoading = APIError(
        .serviceUnavailable, "catalog_loading", "The provider's catalog is being loaded; try again in a moment.",
        retryAfter: 5)
    static let providerSilent = APIError(
        .gatewayTimeout, "provider_slow", "The provider did not answer in time; try again.", retryAfter: 5)
    static let imageUnavailable = APIError(.notFound, "image_unavailable", "This picture cannot be had.")
    static let imageLate = APIError(
        .serviceUnavailable, "image_late", "This picture could not be fetched in time.", retryAfter: 5)
    /// - Parameter wait: ms until the next may come.
    static func refreshedLately(_ wait: Int64) -> APIError {
        APIError(
            .tooManyRequests, "refreshed_lately", "This channel was refreshed less than ten seconds ago.",
            retryAfter: Int((wait + 999) / 1_000))
    }

    static func unknownQuality(_ known: [String]) -> APIError {
        APIError(
            .badRequest, "unknown_quality", "Unknown quality; known are \(known.joined(separator: ", ")).",
            qualities: known)
    }

    static func qualityNotOffered(_ offered: [String]) -> APIError {
        APIError(
            .badRequest, "quality_not_offered", "This is offered as \(offered.joined(separator: ", ")).",
            qualities: offered)
    }
}
