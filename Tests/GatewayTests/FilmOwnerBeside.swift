import Contracts
import Foundation
import NIOCore
import Redis
import Testing

@testable import Gateway

/// A file that browsers can play, as the provider has it.
enum PlayableFile {
    static let size = 3 * FilmPiece.sourceBlock + 1_000
    static let bytes = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    static let info = FilmSamples.info(container: .mp4, mode: .direct, byteCount: Int64(size))

    /// A piece of the film: of the file itself, or made of it.
    static func piece(_ piece: FilmPiece) -> ByteBuffer {
        guard piece.rendition == FilmPiece.source else { return FilmHands.bytes(piece) }
        let start = piece.index * FilmPiece.sourceBlock
        return ByteBuffer(bytes: bytes[start..<min(size, start + FilmPiece.sourceBlock)])
    }
}

extension GatewayFixture {
    /// Runs `body` beside a gateway and an owner of `film` that makes whatever is wished for.
    static func withOwner(
        _ info: FilmInfo, _ settings: [String: String] = [:], film: String = "vod-1906",
        _ body: @Sendable @escaping (GatewayFixture) async throws -> Void
    ) async throws {
        try await run(settings) { try await $0.besideOwner(info, film: film, body) }
    }

    func besideOwner(
        _ info: FilmInfo, film: String = "vod-1906", _ body: @Sendable @escaping (GatewayFixture) async throws -> Void
    ) async throws {
        let film = try #require(StreamID(film))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let claimed = try await films.open(info, film: film)
                try await films.work(claimed, film: film, version: info.version, make: PlayableFile.piece)
            }
            try await body(self)
            group.cancelAll()
        }
    }

    /// The provider's address of the film, played by hand: the TokenService's store.
    func resolve(_ url: String, for film: StreamID = FilmSamples.film) async throws {
        try await TokenStore(redis: redis, keys: keys).store(
            .url(url, timeToLive: 60_000), for: film, resolver: "test")
    }

    /// What the provider's catalog says, likewise.
    func describe(_ subject: MetadataSubject, _ value: some Contract, timeToLive: Int64 = 60_000) async throws {
        try await MetadataStore(redis: redis, keys: keys).store(
            .value(try value.json(), images: [:]), for: subject, by: "test", timeToLive: timeToLive)
    }

    /// Series 55: one season, whose second episode is number 901.
    func describeSeries() async throws {
        var episode = SeriesMetadata.Episode(id: 901, number: 2, title: "The second")
        episode.containerExtension = "mp4"
        episode.durationSeconds = 1_500
        var series = SeriesMetadata(
            title: "A series",
            seasons: [.init(number: 1, episodes: [.init(id: 900, number: 1, title: "The first"), episode])])
        series.plot = "Much happens."
        try await describe(.series(55), series)
    }
}
