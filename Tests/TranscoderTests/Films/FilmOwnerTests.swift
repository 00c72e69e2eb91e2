import Contracts
import Foundation
import Live
import Logging
import NIOCore
import NIOPosix
import Redis
import TestSupport
import Testing
import Upstream

@testable import Transcoder

/// A film from a viewer's wish to its bytes: real Redis, a real HTTP server with ranges, the real media engine.
@Suite struct FilmOwnerTests {
    @Test(.timeLimit(.minutes(2))) func aWishBecomesASegmentAndReadingAheadStopsWithTheViewer() async throws {
        try await FilmFleet.run { fleet in
            let first = try piece("360p", 0)
            let info = try await fleet.info()
            #expect(info.grid.segmentCount > 5 && info.videoTracks.contains { $0.name == "360p" })
            let bytes = try await fleet.bytes(first)
            #expect(bytes.count > 1_000 && bytes.count % 188 == 0 && bytes.first == 0x47)
            // Somewhere else at once, and from there on ahead of the viewer.
            let middle = try piece("360p", 4)
            #expect(try await fleet.bytes(middle).count > 1_000)
            try await fleet.demand.want(fleet.film, positions: [middle], request: "r")
            #expect(try await fleet.bytes(piece("360p", 5), wishing: false).count > 1_000)
            // One connection at a time, reserved while it was open; nothing was fetched twice.
            #expect(fleet.server.openConnections <= 1)
            #expect(fleet.bytesSent.value <= Int(info.byteCount) + FilmReader.blockBytes)
            #expect(try await fleet.slotsBecomeFree())
        }
    }

    /// Paid once: a viewer who comes by what storage has costs no encoding.
    @Test(.timeLimit(.minutes(2))) func whatIsStoredIsNotMadeAhead() async throws {
        try await FilmFleet.run { fleet in
            let info = try await fleet.info()
            let map = fleet.keys.filmStored(fleet.film, version: info.version, rendition: "360p")
            _ = try await fleet.redis.send(["SET", .text(map), .bytes(StoredMap(indices: [2]).bytes)])
            try await fleet.demand.want(fleet.film, positions: [try piece("360p", 1)], request: "r")
            #expect(try await fleet.bytes(piece("360p", 3), wishing: false).count > 1_000)
            func isThere(_ index: Int) async throws -> Bool {
                let key = fleet.keys.filmSegment(fleet.film, version: info.version, rendition: "360p", index: index)
                return try await fleet.redis.send(["EXISTS", .text(key)]).integer == 1
            }
            let wasMade = try await isThere(2)
            #expect(!wasMade)
            // Storage did not give it to somebody who waits: then it is made all the same.
            #expect(try await fleet.bytes(piece("360p", 2)).count > 1_000)
        }
    }

    @Test(.timeLimit(.minutes(2))) func blocksOfTheSourceComeThroughTheSameReader() async throws {
        try await FilmFleet.run { fleet in
            let block = try await fleet.bytes(try piece(FilmPiece.source, 0))
            #expect(block == Array(fleet.file.prefix(FilmPiece.sourceBlock)))
        }
    }

    @Test(.timeLimit(.minutes(2))) func whatIsNoFilmFailsWithAReason() async throws {
        try await FilmFleet.run(file: Array("<html>no film</html>".utf8)) { fleet in
            let status = try await fleet.status { $0.state == .failed }
            #expect(status.reason?.code == "not_media" && status.isRefused, "\(status)")
            #expect(try await fleet.slotsBecomeFree())
        }
    }

    @Test(.timeLimit(.minutes(2))) func withoutAFreeConnectionItWaitsAndSaysSo() async throws {
        try await FilmFleet.run(limit: 0) { fleet in
            let waiting = try await fleet.status { $0.state == .waitingSlot }
            #expect(waiting.reason?.code == "no_free_connection")
            try await fleet.setLimit(1)
            #expect(try await fleet.info().grid.segmentCount > 5)
        }
    }

    @Test(.timeLimit(.minutes(2))) func anotherOwnerGoesOnWhereADeadOneStopped() async throws {
        try await FilmFleet.run { fleet in
            let before = try await fleet.bytes(try piece("360p", 2))
            try await fleet.changeOwner()
            #expect(try await fleet.bytes(try piece("360p", 2)) == before)
        }
    }

    /// Whoever reads that the film is playable as it is may be sent to the provider, who allows one reader of a title.
    @Test(.timeLimit(.minutes(2))) func aPlayableFileHasNoReaderWhenItsDescriptionIsOut() async throws {
        try await FilmFleet.run(file: try await FilmFleet.clip("mp4", ["-movflags", "+faststart"])) { fleet in
            let info = try await fleet.info()
            #expect(info.decision.mode == .direct && fleet.server.acceptedConnections > 0)
            #expect(try await FilmLoan(redis: fleet.redis, keys: fleet.keys).take(fleet.film) == .lent)
            #expect(await fleet.server.waitForOpenConnections(0))
            // Another viewer's wish comes through all the same.
            #expect(try await fleet.bytes(try piece(FilmPiece.source, 0)).count == FilmPiece.sourceBlock)
        }
    }

    /// Storage serves the viewer: a worker that is killed meanwhile was not killed by the film.
    @Test(.timeLimit(.minutes(2))) func aFilmThatRestsKillsNobody() async throws {
        try await FilmFleet.run { fleet in
            _ = try await fleet.info()
            #expect(try await fleet.comesToRest())
            await fleet.killOwner()
            let owner = FilmOwnership(redis: fleet.redis, keys: fleet.keys, instance: "x")
            func claim() async throws -> FilmOwnership.ClaimOutcome {
                try await fleet.expireLease()
                try await fleet.demand.want(fleet.film, request: "r")
                return try await owner.claim(fleet.film, alone: false)
            }
            func renew(_ epoch: Int64, rests: Bool) async throws {
                _ = try await owner.renew(fleet.film, epoch: epoch, isConnected: false, rests: rests)
            }
            guard case .claimed(let resting) = try await claim() else {
                Issue.record("the film is not free")
                return
            }
            try await renew(resting.epoch, rests: true)
            guard case .claimed(let working) = try await claim() else {
                Issue.record("a film that rested counts as one that kills")
                return
            }
            #expect(!working.isSuspect)
            try await renew(working.epoch, rests: true)
            try await renew(working.epoch, rests: false)
            let outcome = try await claim()
            #expect(outcome == .needsIdleWorker)
        }
    }

    private func piece(_ rendition: String, _ index: Int) throws -> FilmPiece {
        try #require(FilmPiece(rendition: rendition, index: index))
    }
}
