import Contracts
import Hummingbird
import Logging
import Redis

/// The beginning of a viewer's play, for the routes that move a session: `/api/live/:id` and the multivariant playlist.
struct PlaybackStart: Sendable {
    let parts: GatewayParts

    /// How long Redis is waited for where what is wanted plays here without it, too.
    static let patience = Duration.seconds(1)

    /// Moves the session to `stream` (its old channel is let go first, so that one provider connection is enough) and
    /// tells the fleet at once that the stream is wanted.
    ///
    /// While Redis is away a running channel is still given; the demand tick catches up.
    func begin(
        _ stream: StreamID, _ session: PlaybackSession, _ quality: Quality?, _ context: GatewayContext
    ) async throws -> StreamView {
        try await parts.access.begin(stream, session, context)
        let view = try parts.views.view(of: stream)
        let rendition = try parts.choice.variant(quality, view.snapshot.info)
        do {
            let move = try await PlaybackSessions(redis: parts.redis, keys: parts.keys).move(
                session.name, to: stream, timeout: view.snapshot.isPlayable() ? Self.patience : nil)
            if move.isNew { parts.usage.view(stream, rendition: rendition) }
            if let left = move.left {
                context.logger.debug("session moved", metadata: ["stream": "\(stream)", "stream.left": "\(left)"])
            }
        } catch {
            guard view.snapshot.isPlayable() else { throw error }
        }
        view.want(session: session.name, rendition: rendition, request: context.requestID)
        return view
    }
}
