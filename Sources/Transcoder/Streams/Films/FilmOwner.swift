import Contracts
import Dispatch
import Executors
import Live
import Logging
import Redis
import Runtime
import Synchronization
import Tracing

/// Runs one film that this worker owns: its reader, the probe, and the runs that make what viewers wish for.
///
/// Side by side: the lease (renewed each second and on hints; a renewal brings the wishes), the preparation with the delivery
/// behind it, and media threads. The reader is closed before the film is given back.
struct FilmOwner: Sendable {
    enum End: Sendable, Equatable {
        /// No viewer for `idleAfter`.
        case idle
        /// Another owner has the film.
        case lost
        case failed(StreamReason)
        /// This worker is being stopped.
        case shutdown
    }

    private enum Wake: Sendable {
        case tick, hint
        case failed(StreamReason)
    }

    /// ms.
    static let idleAfter: Int64 = 25_000
    /// A film that failed is refused for so long, ms.
    private static let retryAfter: Int64 = 15_000
    /// One whose source is another now is opened again sooner, ms.
    private static let reopenAfter: Int64 = 500

    let film: StreamID
    let claimed: FilmOwnership.Claimed
    let dependencies: TranscoderDependencies
    let request: String
    let logger: Logger
    let ticket: Workload.Ticket

    private var films: FilmDependencies { dependencies.films }

    /// Returns when the film is stopped and given back. Cancel the task to stop the worker.
    func run() async {
        let origin = ProviderOrigin(
            film: film, epoch: claimed.epoch, container: claimed.container, request: request,
            dependencies: dependencies)
        let reader = FilmReader(
            film: film, origin: origin, policy: dependencies.upstream, cache: films.cache, logger: logger)
        var end = End.failed(FilmFailure.noThread)
        if reader.start() {
            end = await work(reader, origin)
            await Self.besideThePool { reader.stop() }
        }
        // Unstructured on purpose: a worker that is being stopped still gives its films back.
        let ended = end
        await TaskPool.task { await release(ended) }.value
        logger.info("Film let go", metadata: ["end": "\(end)"])
    }

    private func work(_ reader: FilmReader, _ origin: ProviderOrigin) async -> End {
        let board = FilmBoard()
        let workshop = Mutex<FilmWorkshop?>(nil)
        let shared = Shared(workshop)
        let (wakes, input) = AsyncStream.makeStream(of: Wake.self, bufferingPolicy: .bufferingNewest(16))
        return await withTaskGroup(of: End?.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    input.yield(.tick)
                    try? await Task.sleep(for: .seconds(1), clock: .loop)
                }
                return nil
            }
            group.addTask { await hints(into: input) }
            let (renewals, renewed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            group.addTask {
                await keep(wakes, reader, origin, board) {
                    shared.workshop.withLock { $0 }?.dispatch()
                    renewed.yield()
                }
            }
            group.addTask {
                for await _ in renewals {
                    guard let workshop = shared.workshop.withLock({ $0 }) else { continue }
                    await look(forStored: board.watched, of: workshop.info, board)
                    workshop.dispatch()
                }
                return nil
            }
            group.addTask {
                await make(reader, board, failed: { input.yield(.failed($0)) }) { made in
                    shared.workshop.withLock { $0 = made }
                }
            }
            var end: End?
            while end == nil, let next = await group.next() { end = next }
            board.close()
            shared.workshop.withLock { $0 }?.close()
            group.cancelAll()
            return end ?? .shutdown
        }
    }

    /// Runs what blocks on a thread of its own.
    private static func besideThePool(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "film-wait").async {
                body()
                continuation.resume()
            }
        }
    }

    private final class Shared: Sendable {
        let workshop: Mutex<FilmWorkshop?>
        init(_ workshop: consuming sending Mutex<FilmWorkshop?>) { self.workshop = workshop }
    }

    /// Wishes are heard at once and not at the next tick.
    private func hints(into wakes: AsyncStream<Wake>.Continuation) async -> End? {
        while !Task.isCancelled {
            try? await dependencies.subscriber.subscribe(to: [dependencies.keys.streamChannel(film)]) { subscription in
                for await event in subscription {
                    switch event {
                    case .message(_, "wish"), .message(_, "refresh"), .gap: wakes.yield(.hint)
                    default: break
                    }
                }
            }
            try? await Task.sleep(for: .seconds(1), clock: .loop)
        }
        return nil
    }

    /// - Parameter updated: called after each renewal: wishes may have come.
    private func keep(
        _ wakes: AsyncStream<Wake>, _ reader: FilmReader, _ origin: ProviderOrigin, _ board: FilmBoard,
        updated: () -> Void
    ) async -> End? {
        var renewedAt = ContinuousClock.now
        for await wake in wakes {
            if case .failed(let reason) = wake { return .failed(reason) }
            do {
                repeat {
                    let (asked, rests) = (ContinuousClock.now, board.rests())
                    let outcome = try await films.ownership.renew(
                        film, epoch: claimed.epoch, isConnected: origin.isReserved, rests: rests,
                        timeout: LeaseTime.patience(since: renewedAt))
                    guard case .renewed(let renewal) = outcome else { return .lost }
                    renewedAt = asked
                    if renewal.sinceWanted > Self.idleAfter { return .idle }
                    if rests == false { board.wake() }
                    reader.yieldConnection(renewal.waitingStreams > 0)
                    reader.suspend(false)
                    board.update(renewal, asked: asked)
                    // What it brought may wake the film: then Redis is told at once.
                } while board.rests() == false
                dependencies.workload.update(ticket, cores: Double(board.running), hasProduced: board.isHarmless)
                updated()
            } catch {
                logger.debug("Lease not renewed", metadata: ["error": "\(error)"])
                reader.suspend(LeaseTime.isOver(since: renewedAt))
            }
        }
        return nil
    }

    // MARK: Making

    /// Looks into the film, says what it is, and delivers what the runs make, until it is cancelled.
    private func make(
        _ reader: FilmReader, _ board: FilmBoard, failed: @escaping @Sendable (StreamReason) -> Void,
        ready: (FilmWorkshop) -> Void
    ) async -> End? {
        let info: FilmInfo
        do {
            var found: FilmInfo?
            if let known {
                info = known
            } else {
                info = try await withSpan("look into the film", context: .request(request)) { span in
                    span.attributes["stream"] = film.description
                    return try await look(reader)
                }
                found = info
            }
            // Whoever waits for this may be sent to the provider right away, who allows one reader of a title: close before open.
            if info.decision.mode == .direct { await Self.besideThePool { reader.letGo() } }
            guard try await describe(found) else { return .lost }
        } catch is CancellationError {
            return nil
        } catch {
            return .failed(FilmFailure.reason(error))
        }
        board.describe(counts: info.pieceCounts)
        let delivery = FilmDelivery(
            film: film, epoch: claimed.epoch, version: info.version, dependencies: dependencies, board: board,
            logger: logger)
        let workshop = FilmWorkshop(
            info: info, reader: reader, board: board, delivery: delivery, films: films, logger: logger, failed: failed
        ) {
            // Wishes for it are ignored from now on, and gateways do not offer it any more.
            let rest = info.withoutOriginal()
            board.describe(counts: rest.pieceCounts)
            // Unstructured on purpose: a media thread found it out, which waits for nobody.
            TaskPool.task { try? await describe(rest) }
        }
        ready(workshop)
        workshop.dispatch()
        await withTaskCancellationHandler {
            await delivery.run()
        } onCancel: {
            delivery.finish()
        }
        return nil
    }

    /// Asks Redis what storage has of some renditions. What is not answered is not known, and then not read ahead.
    private func look(forStored renditions: Set<String>, of info: FilmInfo, _ board: FilmBoard) async {
        var stored: [String: StoredMap] = [:]
        for rendition in renditions {
            guard let group = StoredGroup(stream: film, version: info.version, rendition: rendition) else { continue }
            stored[rendition] = try? await films.stored.stored(group)
        }
        board.note(stored: stored)
    }

    /// What an earlier owner found, if that is not long ago.
    private var known: FilmInfo? {
        guard let text = claimed.infoText, claimed.infoAge < films.probeLifetime.milliseconds else { return nil }
        return try? FilmInfo(json: text)
    }

    private func look(_ reader: FilmReader) async throws -> FilmInfo {
        _ = try? await films.ownership.describe(film, epoch: claimed.epoch, state: .opening, infoText: nil)
        let engine = films.engine
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = EngineThread(name: "film-probe") {
                    continuation.resume(with: Result { try engine.probe(reader) })
                }
                if thread == nil { continuation.resume(throwing: FilmSourceError(FilmFailure.noThread)) }
            }
        } onCancel: {
            // Ends the reads of the probe; the reader is stopped for good right afterwards.
            reader.abandon()
        }
    }

    /// - Parameter info: found just now.
    private func describe(_ info: FilmInfo?) async throws -> Bool {
        let text = try info?.json()
        while true {
            do {
                return try await films.ownership.describe(film, epoch: claimed.epoch, state: .ready, infoText: text)
            } catch let error as RedisError {
                logger.debug("Film not described yet", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .milliseconds(250), clock: .loop)
            }
        }
    }

    private func release(_ end: End) async {
        guard end != .lost else { return }
        var state = StreamState.idle
        var reason: StreamReason?
        if case .failed(let why) = end { (state, reason) = (.failed, why) }
        let isOther = reason == FilmSourceError.changed.reason
        for _ in 0..<10 {
            do {
                if isOther { try await films.ownership.forget(film, epoch: claimed.epoch) }
                _ = try await dependencies.ownership.release(
                    film, epoch: claimed.epoch, state: state, reason: reason,
                    retryAfter: state == .failed ? (isOther ? Self.reopenAfter : Self.retryAfter) : 0)
                return
            } catch {
                try? await Task.sleep(for: .milliseconds(200), clock: .loop)
            }
        }
        logger.warning("Could not give the film back; its lease will expire")
    }
}
