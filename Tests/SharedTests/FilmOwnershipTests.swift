import Contracts
import Redis
import TestSupport
import Testing

/// Films: wishes, one owner, pieces, and connections that are held only while reading.
@Suite struct FilmOwnershipTests {
    private let film = StreamID("vod-1906") ?? .live(0)

    @Test func aWishBringsAClaimAndTheOwnerLearnsOfIt() async throws {
        try await OwnershipFixture.with { world in
            let demand = FilmDemand(redis: world.redis, keys: world.keys)
            let owner = FilmOwnership(redis: world.redis, keys: world.keys, instance: "a")
            #expect(try await owner.claim(film, alone: false) == .unwanted)
            let first = try piece("720p", 7)
            let second = try piece("720p", 3)
            let status = try await demand.want(film, wishes: [first], container: "mkv", request: "r1")
            #expect(!status.isOwned && status.infoText == nil)
            // Pushed once, not on every tick.
            _ = try await demand.want(film, wishes: [first, second], positions: [try piece("480p", 1)], request: "r1")
            #expect(try await claims(world) == [film])

            let claimed = try #require(try await owner.claim(film, alone: false).claim)
            #expect(claimed.container == "mkv" && claimed.infoText == nil && !claimed.isSuspect)
            #expect(try await owner.claim(film, alone: false) == .taken)
            let renewal = try #require(try await owner.renew(film, epoch: claimed.epoch, isConnected: true).renewal)
            #expect(renewal.wishes == [first, second])
            #expect(renewal.positions.keys.map { $0 } == [try piece("480p", 1)])
            #expect(renewal.sinceWanted < 60_000 && renewal.waitingStreams == 0)

            try await owner.deliver(film, epoch: claimed.epoch, pieces: [first])
            #expect(try await owner.renew(film, epoch: claimed.epoch, isConnected: true).renewal?.wishes == [second])
            #expect(try await demand.look(at: film).state == .ready)
        }
    }

    @Test func aWishThatNobodyRepeatsIsForgotten() async throws {
        try await OwnershipFixture.with { world in
            let demand = FilmDemand(redis: world.redis, keys: world.keys)
            let owner = FilmOwnership(redis: world.redis, keys: world.keys, instance: "a")
            let wish = try piece("720p", 7)
            _ = try await demand.want(film, wishes: [wish], request: "r")
            let claimed = try #require(try await owner.claim(film, alone: false).claim)
            try await world.set(world.keys.filmWishLimits(film), "\(wish)", 1)
            #expect(try await owner.renew(film, epoch: claimed.epoch, isConnected: true).renewal?.wishes == [])
            #expect(try await world.redis.send(["ZCARD", .text(world.keys.filmWishes(film))]).integer == 0)
            #expect(try await world.redis.send(["HLEN", .text(world.keys.filmWishLimits(film))]).integer == 0)
        }
    }

    @Test func wishesAreBounded() async throws {
        try await OwnershipFixture.with { world in
            let demand = FilmDemand(redis: world.redis, keys: world.keys)
            for start in stride(from: 0, to: 700, by: 100) {
                let wishes = try (start..<start + 100).map { try piece("720p", $0) }
                _ = try await demand.want(film, wishes: wishes, positions: wishes, request: "r")
            }
            let count = try await world.redis.send(["ZCARD", .text(world.keys.filmWishes(film))]).integer
            #expect(count == Int64(Limits.filmWishes))
            #expect(try await world.redis.send(["ZCARD", .text(world.keys.filmPositions(film))]).integer == 200)
        }
    }

    @Test func whatTheProbeFoundOutlivesItsOwnerAndOnlyTheOwnerMaySayIt() async throws {
        try await OwnershipFixture.with { world in
            let demand = FilmDemand(redis: world.redis, keys: world.keys)
            let first = FilmOwnership(redis: world.redis, keys: world.keys, instance: "a")
            _ = try await demand.want(film, request: "r")
            try await world.want(film)
            let dead = try #require(try await first.claim(film, alone: false).claim)
            #expect(try await first.describe(film, epoch: dead.epoch, state: .ready, infoText: "{\"v\":1}"))
            try await first.deliver(film, epoch: dead.epoch, pieces: [])
            try await world.expireLease(of: film)
            let second = FilmOwnership(redis: world.redis, keys: world.keys, instance: "b")
            let successor = try #require(try await second.claim(film, alone: false).claim)
            #expect(successor.epoch > dead.epoch && successor.infoText == "{\"v\":1}" && !successor.isSuspect)
            #expect(try await first.describe(film, epoch: dead.epoch, state: .failed, infoText: "{}") == false)
            #expect(try await first.renew(film, epoch: dead.epoch, isConnected: true) == .lost)
            #expect(try await demand.look(at: film).infoText == "{\"v\":1}")
        }
    }

    @Test func aFilmThatKillsItsWorkersIsRunAloneAndThenRefused() async throws {
        try await OwnershipFixture.with { world in
            let demand = FilmDemand(redis: world.redis, keys: world.keys)
            let owner = FilmOwnership(redis: world.redis, keys: world.keys, instance: "a")
            _ = try await demand.want(film, request: "r")
            try await world.want(film)
            _ = try #require(try await owner.claim(film, alone: false).claim)
            try await world.expireLease(of: film)
            #expect(try await owner.claim(film, alone: false) == .needsIdleWorker)
            let suspect = try #require(try await owner.claim(film, alone: true).claim)
            #expect(suspect.isSuspect)
            try await world.expireLease(of: film)
            #expect(try await owner.claim(film, alone: true) == .refused)
            let status = try await demand.look(at: film)
            #expect(status.isRefused && status.reason?.code == "poison")
        }
    }

    @Test func aSuspectFilmWaitsForAnIdleWorkerForABoundedTime() async throws {
        try await OwnershipFixture.with { world in
            let owner = FilmOwnership(redis: world.redis, keys: world.keys, instance: "a")
            try await world.want(film)
            _ = try #require(try await owner.claim(film, alone: false).claim)
            try await world.expireLease(of: film)
            #expect(try await owner.claim(film, alone: false) == .needsIdleWorker)
            let wait = try await world.number(world.keys.stream(film), "alone_until") - world.now()
            #expect((30_000...60_000).contains(wait), "\(wait)")
            try await world.set(world.keys.stream(film), "alone_until", 1)
            #expect(try await owner.claim(film, alone: false).claim?.isSuspect == true)
        }
    }

    /// A viewer who was sent to the provider holds a connection of the account: the film's reader needs another one.
    @Test func aConnectionThatIsLentIsNotTheOwners() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(2)
            let loan = FilmLoan(redis: world.redis, keys: world.keys)
            let slot = FilmSlot(redis: world.redis, keys: world.keys)
            try await world.want(film, world.eight)
            let claimed = try #require(
                try await FilmOwnership(redis: world.redis, keys: world.keys, instance: "a").claim(film, alone: false)
                    .claim)
            let live = try #require(try await world.worker("b").claim(world.eight, alone: false).claim)
            #expect(try await loan.take(film) == .lent)
            #expect(try await loan.take(film) == .isRead)
            #expect(try await slot.reserve(film, epoch: claimed.epoch) == .noSlot)
            #expect(try await world.slots().count == 2)
            // Where nothing else is in the way, it is the viewer's own that the provider ends: a player that falls back goes on.
            _ = try await world.worker("b").release(
                world.eight, epoch: live.epoch, state: .idle, reason: nil, retryAfter: 0)
            try await world.setLimit(1)
            #expect(try await slot.reserve(film, epoch: claimed.epoch) == .reserved)
            #expect(try await world.slots() == ["\(film)|\(claimed.epoch)"])
        }
    }

    /// It could not be given back: nobody reads, and it must not last for as long as the film is owned.
    @Test func aReservationWithoutAConnectionIsNotRenewed() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            let owner = FilmOwnership(redis: world.redis, keys: world.keys, instance: "a")
            try await world.want(film)
            let claimed = try #require(try await owner.claim(film, alone: false).claim)
            #expect(
                try await FilmSlot(redis: world.redis, keys: world.keys).reserve(film, epoch: claimed.epoch)
                    == .reserved)
            let name = "\(film)|\(claimed.epoch)"
            try await world.set(world.keys.slots, name, 5)
            _ = try await owner.renew(film, epoch: claimed.epoch, isConnected: false)
            #expect(try await world.redis.send(["HGET", .text(world.keys.slots), .text(name)]).integer == 5)
            _ = try await owner.renew(film, epoch: claimed.epoch, isConnected: true)
            #expect(try await world.redis.send(["HGET", .text(world.keys.slots), .text(name)]).integer ?? 0 > 5)
        }
    }

    @Test func whatIsKnownOfFilmsEndsSomeDay() async throws {
        try await OwnershipFixture.with { world in
            let demand = FilmDemand(redis: world.redis, keys: world.keys)
            let owner = FilmOwnership(redis: world.redis, keys: world.keys, instance: "a")
            func hours() async throws -> Int64 {
                (try await world.redis.send(["TTL", .text(world.keys.film(film))]).integer ?? 0) / 3600
            }
            _ = try await demand.want(film, container: "mkv", request: "r")
            #expect((0...1).contains(try await hours()))
            try await world.want(film)
            let claimed = try #require(try await owner.claim(film, alone: false).claim)
            #expect(try await owner.describe(film, epoch: claimed.epoch, state: .ready, infoText: "{\"v\":1}"))
            #expect(try await hours() >= 7 * 24 - 1)
            _ = try await demand.want(film, container: "mkv", request: "r")
            #expect(try await hours() >= 7 * 24 - 1)
        }
    }

    @Test func aConnectionIsReservedOnlyWhileItReads() async throws {
        try await OwnershipFixture.with { world in
            try await world.setLimit(1)
            let demand = FilmDemand(redis: world.redis, keys: world.keys)
            let owner = FilmOwnership(redis: world.redis, keys: world.keys, instance: "a")
            let slot = FilmSlot(redis: world.redis, keys: world.keys)
            _ = try await demand.want(film, request: "r")
            try await world.want(film)
            let claimed = try #require(try await owner.claim(film, alone: false).claim)
            #expect(try await world.slots().isEmpty)
            #expect(try await slot.reserve(film, epoch: claimed.epoch) == .reserved)
            #expect(try await slot.reserve(film, epoch: claimed.epoch) == .reserved)
            #expect(try await slot.reserve(film, epoch: claimed.epoch - 1) == .lost)
            #expect(try await world.slots() == ["\(film)|\(claimed.epoch)"])

            // A channel waits, and is claimed for as soon as the film has read what it needs.
            try await world.want(world.eight)
            let worker = world.worker("b")
            #expect(try await worker.claim(world.eight, alone: false) == .noSlot(limit: 1))
            #expect(try await owner.renew(film, epoch: claimed.epoch, isConnected: true).renewal?.waitingStreams == 1)
            try await slot.free(film, epoch: claimed.epoch)
            #expect(try await world.claims().map(\.stream) == [world.eight])
            let live = try #require(try await worker.claim(world.eight, alone: false).claim)

            // Now the film waits in state; the channel's owner hears of it; its release is told to the film, not claimed for.
            #expect(try await slot.reserve(film, epoch: claimed.epoch) == .noSlot)
            #expect(try await demand.look(at: film).state == .waitingSlot)
            #expect(try await worker.renew(world.eight, epoch: live.epoch, report: .idle).renewal?.waitingStreams == 1)
            _ = try await worker.release(world.eight, epoch: live.epoch, state: .idle, reason: nil, retryAfter: 0)
            #expect(try await world.claims().map(\.stream) == [world.eight])
            #expect(try await slot.reserve(film, epoch: claimed.epoch) == .reserved)
            #expect(try await demand.look(at: film).state == .opening)
        }
    }

    @Test func piecesHaveOneTextForm() throws {
        let piece = try piece("audio-fra", 12)
        #expect(FilmPiece("\(piece)") == piece && "\(piece)" == "audio-fra|12")
        for text in ["", "720p", "720p|", "|1", "720P|1", "720p|-2", "720p|10000000", "../x|1", "a b|1"] {
            #expect(FilmPiece(text) == nil)
        }
    }

    private func piece(_ rendition: String, _ index: Int) throws -> FilmPiece {
        try #require(FilmPiece(rendition: rendition, index: index))
    }

    private func claims(_ world: OwnershipFixture) async throws -> [StreamID] {
        let reply = try await world.redis.send(["LRANGE", .text(world.keys.filmClaims), 0, -1])
        return try (reply.array ?? []).compactMap(\.string).map { try FilmClaim(json: $0).stream }
    }
}

extension FilmOwnership.ClaimOutcome {
    fileprivate var claim: FilmOwnership.Claimed? { if case .claimed(let claim) = self { claim } else { nil } }
}

extension FilmOwnership.RenewOutcome {
    fileprivate var renewal: FilmOwnership.Renewal? {
        if case .renewed(let renewal) = self { renewal } else { nil }
    }
}
