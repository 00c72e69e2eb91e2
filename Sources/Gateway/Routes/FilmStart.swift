import Contracts
import Hummingbird
import Logging
import Redis

/// The beginning of a viewer's film, for the routes that move a session.
struct FilmStart: Sendable {
    let parts: GatewayParts

    struct Beginning: Sendable {
        let view: FilmView
        /// The session has not watched this film before.
        let isNew: Bool
    }

    /// Moves the session to `film` (a channel that it watched is let go first, so that one provider connection is enough)
    /// and tells the fleet that the film is wanted.
    ///
    /// While Redis is away a film that is known here is still given.
    /// - Parameter container: the file extension that the viewer named.
    func begin(
        _ film: StreamID, _ session: PlaybackSession, container: String? = nil, _ context: GatewayContext
    ) async throws -> Beginning {
        try await parts.access.begin(film, session, context)
        let view = try parts.films.view(of: film)
        var isNew = false
        do {
            let move = try await PlaybackSessions(redis: parts.redis, keys: parts.keys).move(
                session.name, to: film, timeout: view.snapshot.info != nil ? PlaybackStart.patience : nil)
            isNew = move.isNew
            if isNew { parts.usage.view(film, rendition: parts.settings.defaultQuality.rawValue) }
            if let left = move.left {
                context.logger.debug("session moved", metadata: ["stream": "\(film)", "stream.left": "\(left)"])
            }
        } catch {
            guard view.snapshot.info != nil else { throw error }
        }
        view.touch(request: context.requestID, container: container)
        return Beginning(view: view, isNew: isNew)
    }
}
