import Contracts
import Dispatch
import Executors
import Live
import Logging
import Redis
import Runtime
import ServiceLifecycle
import Synchronization
import Tracing

/// Runs one live channel that this worker owns: the engine, the lease and the publishing, from the claim to the release.
///
/// Three things go on side by side, and the first to end decides: the lease (renewed each second, off the media threads),
/// the publisher, and the engine. Then the source is closed before the slot is given back (close before open).
struct StreamOwner: Sendable {
    /// Why the stream ended here.
    enum End: Sendable, Equatable {
        case letGo(OwnerDecision.LetGoReason)
        /// Another owner has the stream, or our records were refused.
        case lost
        case overflowed
        /// `.stopped`: this worker is being stopped in good order, and everything is recorded.
        case engine(LiveOutcome)
        /// This worker is being stopped, and there was no time for good order.
        case shutdown
    }

    let stream: StreamID
    let claimed: StreamOwnership.Claimed
    let settings: LiveSettings
    let dependencies: TranscoderDependencies
    let request: String
    let logger: Logger
    let ticket: Workload.Ticket

    /// Names of the configured renditions, best first.
    var ladder: [String] { dependencies.engine.ladder.map(\.name) }

    /// Returns when the stream is stopped and released. When the worker's graceful shutdown begins, the stream is finished and
    /// handed over; cancelling the task does without finishing.
    func run() async {
        let opening = startSpan("open the channel", context: .request(request))
        opening.attributes["stream"] = stream.description
        let publisher = SegmentPublisher(
            stream: stream, media: dependencies.media, ownership: dependencies.ownership, keys: dependencies.keys,
            window: settings.window, logger: logger, hasRecorded: { opening.end() })
        let source = ProviderSource(
            stream: stream, dependencies: dependencies, request: request, opening: opening.context)
        let output = EngineOutput(publisher: publisher, logger: logger)
        let engine = LiveEngine(
            settings: dependencies.engine, start: start(), source: source, output: output,
            slates: dependencies.slates)
        _ = try? await dependencies.ownership.describe(stream, epoch: claimed.epoch, state: .opening, info: nil)
        engine.start()
        let end = await firstEnd(engine: engine, publisher: publisher, output: output, source: source)
        // If it ended with the first segment long ago, it has.
        opening.setStatus(SpanStatus(code: .error, message: "\(end)"))
        opening.end()
        await stop(engine)
        // Unstructured on purpose: a worker that is being stopped still gives its streams back.
        await TaskPool.task { await release(end) }.value
        logger.info("Channel let go", metadata: ["end": "\(end)"])
    }

    /// Close before open: the connection is gone when this returns. Joining blocks, so it has a thread of its own.
    private func stop(_ engine: LiveEngine) async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "live-join").async {
                engine.stop()
                engine.join()
                continuation.resume()
            }
        }
    }

    private func start() -> LiveStart {
        LiveStart(
            epoch: claimed.epoch, sequence: claimed.nextSequence,
            discontinuitySequence: claimed.discontinuitySequence, continues: claimed.continues,
            notBefore: claimed.programEnd,
            activeRenditions: settings.renditions == .watched ? Set(ladder.suffix(1)) : nil)
    }

    private func firstEnd(
        engine: LiveEngine, publisher: SegmentPublisher, output: EngineOutput, source: ProviderSource
    ) async -> End {
        await withGracefulShutdownHandler {
            await withTaskGroup(of: End?.self) { group in
                group.addTask {
                    let lease = LeaseKeeper(owner: self, engine: engine, source: source, output: output)
                    return await lease.run()
                }
                group.addTask {
                    switch await publisher.run() {
                    case .fenced: return .lost
                    case .overflowed: return .overflowed
                    case .drained: return output.outcome.map { .engine($0) }
                    }
                }
                group.addTask {
                    for await info in output.descriptions { await describe(info) }
                    return nil
                }
                group.addTask { await restoreMediaAfterRestart(publisher) }
                var end: End?
                while end == nil, let next = await group.next() { end = next }
                group.cancelAll()
                return end ?? .shutdown
            }
        } onGracefulShutdown: {
            engine.finish()
        }
    }

    private func describe(_ info: LiveStreamInfo) async {
        for _ in 0..<20 where !Task.isCancelled {
            if (try? await dependencies.ownership.describe(stream, epoch: claimed.epoch, state: .ready, info: info))
                != nil
            {
                return
            }
            try? await Task.sleep(for: .milliseconds(250), clock: .loop)
        }
    }

    /// The media Redis keeps nothing over a restart: store the newest segments again.
    private func restoreMediaAfterRestart(_ publisher: SegmentPublisher) async -> End? {
        var runID: String?
        for await event in dependencies.media.connections() {
            guard case .connected(let id, _) = event else { continue }
            if let runID, runID != id { await publisher.storeRecentAgain() }
            runID = id
        }
        return nil
    }

    private func release(_ end: End) async {
        for _ in 0..<10 {
            do {
                switch ReleaseDecision.of(end) {
                case .nothing: break
                case .handOver: _ = try await dependencies.ownership.handOver(stream, epoch: claimed.epoch)
                case .release(let state, let reason, let retryAfter):
                    _ = try await dependencies.ownership.release(
                        stream, epoch: claimed.epoch, state: state, reason: reason, retryAfter: retryAfter)
                }
                return
            } catch {
                try? await Task.sleep(for: .milliseconds(200), clock: .loop)
            }
        }
        logger.warning("Could not give the stream back; its lease will expire")
    }
}

/// What becomes of a stream that ends here. Pure.
enum ReleaseDecision: Sendable, Equatable {
    /// It is another's already.
    case nothing
    /// The next owner goes on where this one stopped.
    case handOver
    /// - Parameter retryAfter: ms during which nobody may claim it.
    case release(StreamState, StreamReason?, retryAfter: Int64)

    static func of(_ end: StreamOwner.End) -> ReleaseDecision {
        switch end {
        case .lost: .nothing
        case .shutdown, .engine(.stopped): .handOver
        case .letGo, .overflowed: .release(.idle, nil, retryAfter: 0)
        case .engine(.gaveUp(let reason)): .release(.ended, reason, retryAfter: 0)
        case .engine(.failed(let reason)):
            .release(.failed, reason, retryAfter: reason.code == StreamReason.slateCode ? 15_000 : 5_000)
        }
    }
}
