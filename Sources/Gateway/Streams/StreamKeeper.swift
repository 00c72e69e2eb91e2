import Contracts
import Executors
import Logging
import Redis

/// Feeds one `StreamView`: listens to the stream's channel, reads state and window when something changed, and reports
/// the demand once a second. All Redis calls for a stream come from here, one after the other.
struct StreamKeeper: Sendable {
    let view: StreamView
    let redis: RedisClient
    let subscriber: RedisSubscriber
    let keys: Keys
    let logger: Logger

    private static let subscribeAgainAfter = Duration.seconds(1)

    /// Returns when the view is closed or the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await listen() }
            group.addTask { await serve() }
            await group.next()
            group.cancelAll()
        }
    }

    /// A hint, a gap after a reconnect, and the moment of subscribing all mean the same: read again.
    private func listen() async {
        while !Task.isCancelled, !view.isClosed {
            do {
                try await subscriber.subscribe(to: [keys.streamChannel(view.stream)]) { subscription in
                    view.poke(.read)
                    for await _ in subscription { view.poke(.read) }
                }
            } catch {
                logger.debug("stream channel not subscribed", metadata: metadata(error))
            }
            // The demand tick keeps the view fresh meanwhile.
            try? await Task.sleep(for: Self.subscribeAgainAfter, clock: .loop)
        }
    }

    private func serve() async {
        for await _ in view.wakeUps {
            var work = view.takeWork()
            do {
                if work.contains(.demand), try await reportDemand() { work.insert(.read) }
                if work.contains(.read) { try await read() }
            } catch {
                logger.debug("stream view not refreshed", metadata: metadata(error))
            }
        }
    }

    /// Returns whether the answer differs from what the view knows, so that state and window have to be read.
    private func reportDemand() async throws -> Bool {
        guard let batch = view.drainDemand() else { return false }
        let demand = StreamDemand(redis: redis, keys: keys)
        var status: StreamStatus?
        do {
            var rest = Array(batch.sessions)[...]
            repeat {
                let answer = try await demand.want(
                    view.stream, sessions: Array(rest.prefix(StreamDemand.maximumSessions)),
                    renditions: Array(batch.renditions),
                    request: view.lastRequest)
                view.moved(answer.movedSessions)
                status = answer.status
                rest = rest.dropFirst(StreamDemand.maximumSessions)
            } while !rest.isEmpty
        } catch {
            view.restoreDemand(batch)
            throw error
        }
        guard let status else { return false }
        return note(status)
    }

    /// Takes over what changes silently (lease, report, Redis time); says whether anything else is different.
    private func note(_ status: StreamStatus) -> Bool {
        var differs = true
        view.update { snapshot in
            guard let known = snapshot.status, known.isSameForViewers(as: status) else { return false }
            snapshot.status = status
            snapshot.readAt = .now
            // Who watches on the connections in use changes without a hint.
            differs = status.state == .waitingSlot
            return false
        }
        return differs
    }

    private func read() async throws {
        let (status, records) = try await StreamDemand(redis: redis, keys: keys).look(at: view.stream)
        let window = StreamSnapshot.current(records, status: status)
        let watched =
            status.state == .waitingSlot
            ? try await ProviderConnections(redis: redis, keys: keys).areWatched(at: status.now ?? 0) : true
        view.update { snapshot in
            let changed =
                snapshot.status?.isSameForViewers(as: status) != true || snapshot.window != window
                || snapshot.connectionsAreWatched != watched
            snapshot.status = status
            snapshot.window = window
            snapshot.connectionsAreWatched = watched
            snapshot.readAt = .now
            return changed
        }
    }

    private func metadata(_ error: any Error) -> Logger.Metadata {
        ["stream": "\(view.stream)", "error": "\(error)"]
    }
}

extension StreamStatus {
    /// Equal in everything that a viewer's answer depends on.
    fileprivate func isSameForViewers(as other: StreamStatus) -> Bool {
        state == other.state && epoch == other.epoch && owner == other.owner && nextSequence == other.nextSequence
            && reason == other.reason && retryAt == other.retryAt && info == other.info
    }
}
