import Contracts
import Hummingbird
import Logging
import Redis

/// The beginning of a viewer's play, for the routes that move a session: `/api/live/:id` and the multivariant playlist.
struct PlaybackStart: Sendable {
    let parts: GatewayParts

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
                session.name, to: stream, isUrgent: view.snapshot.isPlayable())
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

extension PlaybackSessions {
    private static let patience = Duration.seconds(1)

    /// - Parameter isUrgent: what is wanted plays here without Redis, too: 503 is thrown after a second without an answer.
    func move(_ session: String, to stream: StreamID, isUrgent: Bool) async throws -> Move {
        guard isUrgent else { return try await move(session, to: stream) }
        return try await withThrowingTaskGroup(of: Move.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await move(session, to: stream) }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw APIError.coordinationAway
            }
            guard let first = try await group.next() else { throw APIError.coordinationAway }
            return first
        }
    }
}
