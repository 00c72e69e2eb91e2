import Contracts
import Foundation
import Redis
import TestSupport

/// Plays the TokenService by hand: loads lists, and says what the provider says of one title.
struct CatalogHands: Sendable {
    let redis: RedisClient
    let keys: Keys
    let watch: RedisWatch

    struct Failure: Error { let what: String }

    private var store: CatalogStore { CatalogStore(redis: redis, keys: keys) }

    /// Makes `entries` the list.
    func load(
        _ kind: CatalogKind, _ entries: [CatalogEntry], categories: [CatalogCategory] = [], chunk: Int = 2
    ) async throws {
        _ = try await redis.send(["HSET", .text(keys.catalog(kind)), "expires_at", "0"])
        let draft = try await begin(kind)
        let lines = entries.compactMap { CatalogLine.text($0).map { $0 + "\n" } }
        let chunks = stride(from: 0, to: lines.count, by: chunk).map {
            lines[$0..<min($0 + chunk, lines.count)].joined()
        }
        _ = try await store.append(categories, to: draft, kind, by: "hand")
        for (index, text) in chunks.enumerated() {
            guard let packed = CatalogChunk.pack(Array(text.utf8)) else { throw Failure(what: "chunk too large") }
            _ = try await store.append(packed, at: index, to: draft, kind, by: "hand")
        }
        let version = CatalogState.Version(
            number: draft, chunks: chunks.count, entries: entries.count, bytes: lines.reduce(0) { $0 + $1.utf8.count })
        guard try await store.commit(version, kind, by: "hand", timeToLive: 3_600_000) else {
            throw Failure(what: "not committed")
        }
    }

    func fail(_ kind: CatalogKind, code: String) async throws {
        let draft = try await begin(kind)
        try await store.fail(
            StreamReason(code: code, message: "No."), draft: draft, kind, by: "hand", retryAfter: 30_000)
    }

    private func begin(_ kind: CatalogKind) async throws -> Int64 {
        let wish = CatalogWish(kind: kind, deadline: .max / 2, request: "test")
        guard case .proceed(let draft) = try await store.begin(wish, by: "hand") else {
            throw Failure(what: "the load may not begin")
        }
        return draft
    }

    /// Waits until the gateway has wished for a list.
    func wished(_ kind: CatalogKind, within patience: Duration = .seconds(20)) async throws {
        let found: Bool? = try await watch.first(of: [keys.catalogWishes], within: patience) {
            let wishes = try await redis.send(["LRANGE", .text(keys.catalogWishes), 0, -1]).array ?? []
            let isWished = wishes.contains { $0.string.flatMap { try? CatalogWish(json: $0) }?.kind == kind }
            return isWished ? true : nil
        }
        guard found != nil else { throw Failure(what: "not wished for") }
    }

    func describe(_ subject: MetadataSubject, _ text: String) async throws {
        try await MetadataStore(redis: redis, keys: keys).store(
            .value(text, images: [:]), for: subject, by: "hand", timeToLive: 3_600_000)
    }

    func deny(_ subject: MetadataSubject) async throws {
        let reason = StreamReason(code: "film_unavailable", message: "The provider does not have this film.")
        try await MetadataStore(redis: redis, keys: keys).store(
            .failure(reason, isGone: true), for: subject, by: "hand", timeToLive: 60_000)
    }
}
