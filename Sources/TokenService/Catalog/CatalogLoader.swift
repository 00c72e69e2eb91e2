import Contracts
import Redis
import Upstream

/// Loads one list of the catalog from the panel into the store, as it comes in: memory does not grow with the list.
struct CatalogLoader: Sendable {
    let catalog: PanelCatalog
    let policy: UpstreamPolicy
    let cleaner: PanelCleaner
    let store: CatalogStore
    let instance: String
    /// Milliseconds for which a list is good (`METADATA_CACHE_TTL`).
    let timeToLive: Int64
    /// One question for categories.
    let timeout: Duration

    /// Panels make long lists before they send the first byte.
    private static let patience = Duration.seconds(60)
    private static let stall = Duration.seconds(20)
    /// The whole list.
    private static let longest = Duration.seconds(600)
    private static let piece = 64 * 1024

    struct Outcome: Sendable, Equatable {
        let entries: Int
        let bytes: Int
        let skipped: Int
    }

    enum Failure: Error {
        /// Another replica loads, or Redis has lost a part.
        case superseded
        case refused(ResolutionFailure)
    }

    /// - Throws: `Failure`; `RedisError`; `CancellationError`.
    func load(_ kind: CatalogKind, draft: Int64) async throws -> Outcome {
        do {
            let categories = try await catalog.categories(of: kind, within: timeout)
            guard
                try await store.append(CategoryReading.list(categories, cleaner), to: draft, kind, by: instance)
            else { throw Failure.superseded }
            let load = try await entries(kind, draft: draft)
            try await refuseSuddenlyEmpty(load)
            let version = CatalogState.Version(
                number: draft, chunks: load.chunks, entries: load.entries, bytes: load.bytes)
            guard try await store.commit(version, kind, by: instance, timeToLive: timeToLive) else {
                throw Failure.superseded
            }
            return Outcome(entries: load.entries, bytes: load.bytes, skipped: load.skipped)
        } catch let error as ResolutionFailure {
            throw Failure.refused(error)
        } catch let error as UpstreamError where error.code != .cancelled {
            throw Failure.refused(ResolutionFailure(error))
        } catch is ListSplitter.Failure {
            throw Failure.refused(.catalogIsNoList)
        }
    }

    private func entries(_ kind: CatalogKind, draft: Int64) async throws -> CatalogLoad {
        let download = UpstreamDownload(policy: policy, patience: Self.patience, stall: Self.stall)
        return try await withTaskCancellationHandler {
            do {
                let load = try await read(download, kind, draft)
                await download.close()
                return load
            } catch {
                await download.close()
                throw Task.isCancelled ? CancellationError() : error
            }
        } onCancel: {
            download.cancel()
        }
    }

    private func read(_ download: UpstreamDownload, _ kind: CatalogKind, _ draft: Int64) async throws -> CatalogLoad {
        let deadline = ContinuousClock.now + Self.longest
        try PanelCatalog.check(try await download.open(try catalog.address(of: kind)))
        var splitter = ListSplitter()
        var load = CatalogLoad(kind: kind, cleaner: cleaner)
        var stored = 0
        while true {
            let bytes = try await download.read(upTo: Self.piece)
            if bytes.isEmpty {
                try splitter.finish()
                load.finish()
            } else {
                try splitter.feed(bytes) { load.add($0) }
            }
            for chunk in load.take() {
                try await store(chunk, at: stored, draft, kind)
                stored += 1
            }
            if bytes.isEmpty { return load }
            guard .now < deadline else { throw UpstreamError(.timeout, "the list takes too long") }
            try Task.checkCancellation()
        }
    }

    private func store(_ chunk: CatalogLoad.Chunk, at index: Int, _ draft: Int64, _ kind: CatalogKind) async throws {
        try await store.remember(images: chunk.images)
        guard try await store.append(chunk.packed, at: index, to: draft, kind, by: instance) else {
            throw Failure.superseded
        }
    }

    /// A panel that is ill, or has expired the account, answers with no entries at all: what is known is better.
    private func refuseSuddenlyEmpty(_ load: CatalogLoad) async throws {
        guard load.entries == 0, let known = try await store.read(load.kind).version, known.entries > 0 else { return }
        throw ResolutionFailure("provider_failed", "The provider's list is empty.", retryAfter: .seconds(300))
    }
}
