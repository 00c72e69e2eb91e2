import Contracts
import Foundation
import Logging
import TestSupport
import Testing
import Upstream

@testable import Transcoder

/// The one reader of a film, against a real HTTP server on loopback.
@Suite struct FilmReaderTests {
    private static let film = (0..<(5 * FilmReader.blockBytes + 1000)).map {
        UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8)
    }

    @Test func whatIsReadIsTheFileAndNothingIsFetchedTwice() async throws {
        let sent = WatchedValue(0)
        try await run { request in
            let answer = Self.part(of: Self.film, request)
            sent.change { $0 += answer.bytes }
            return answer.steps
        } body: { world in
            let everything = try await world.read(0..<Self.film.count)
            #expect(everything == Self.film)
            let middle = try await world.read(400_000..<700_000)
            #expect(middle == Array(Self.film[400_000..<700_000]))
            #expect(sent.value == Self.film.count)
            #expect(world.server.acceptedConnections == 1)
            #expect(world.origin.log.value.reserved == 1)
            // Without need the connection is closed, then given back.
            #expect(await world.origin.log.wait { $0.freed == 1 })
            #expect(await world.server.waitForOpenConnections(0))
        }
    }

    @Test func manyReadersAtManyPlacesShareOneConnection() async throws {
        try await run {
            Self.part(of: Self.film, $0).steps
        } body: { world in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for start in stride(from: 1_300_000, through: 0, by: -100_000) {
                    group.addTask {
                        let end = min(start + 50_000, Self.film.count)
                        guard start < end else { return true }
                        return try await world.read(start..<end) == Array(Self.film[start..<end])
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            // Never two at a time: a later one only after a jump had closed the earlier.
            #expect(world.server.openConnections <= 1 && world.origin.log.value.reserved == 1)
        }
    }

    @Test func lettingGoClosesFirstAndGivesBackBeforeItReturns() async throws {
        try await run {
            Self.part(of: Self.film, $0).steps
        } body: { world in
            let first = try await world.read(0..<1000)
            #expect(first == Array(Self.film[..<1000]))
            await world.letGo()
            let log = world.origin.log.value
            #expect(log.freed == log.reserved && log.reserved == 1)
            #expect(await world.server.waitForOpenConnections(0))
            // And goes on when it is needed again.
            let later = try await world.read(700_000..<700_100)
            #expect(later == Array(Self.film[700_000..<700_100]))
        }
    }

    @Test func anAddressThatFailsIsRenewedOnce() async throws {
        let calls = WatchedValue(0)
        try await run { request in
            if request.path == "/0" { return [.response(403)] }
            calls.change { $0 += 1 }
            return Self.part(of: Self.film, request).steps
        } body: { world in
            let bytes = try await world.read(0..<100)
            #expect(bytes == Array(Self.film[0..<100]))
            #expect(world.origin.log.value.addresses == 2)
            #expect(calls.value == 1)
        }
    }

    @Test(arguments: [
        (404, "film_unavailable"), (458, "provider_limit"), (403, "provider_refused"), (500, "provider_error"),
    ])
    func aRefusalEndsTheWaitWithItsReason(status: Int, code: String) async throws {
        try await run { _ in
            [.response(status, [("Retry-After", "1")])]
        } body: { world in
            #expect(await world.failure(of: 0..<100) == code)
            #expect(world.reader.failure?.inARow ?? 0 >= 1)
        }
    }

    @Test func whatIsNotAFilmIsSaidSo() async throws {
        try await run { _ in
            [.response(200, [("Content-Type", "text/html")], body: "<html>")]
        } body: { world in
            #expect(await world.failure(of: 0..<100) == "not_media")
        }
        try await run { _ in
            [.response(206, [("Content-Range", "bytes 5-9/100")], body: "hello")]
        } body: { world in
            #expect(await world.failure(of: 0..<100) == "provider_bad_range")
        }
        try await run { _ in
            [.response(206, [("Content-Range", "bytes 0-4/9223372036854775807")], body: "hello")]
        } body: { world in
            #expect(await world.failure(of: 0..<100) == "film_too_large")
        }
        try await run { _ in
            [.response(200, [], body: "")]
        } body: { world in
            #expect(await world.failure(of: 0..<100) == "empty_file")
        }
    }

    @Test func aFileThatChangesIsNotMixedWithWhatItWas() async throws {
        let calls = WatchedValue(0)
        try await run { request in
            calls.change { $0 += 1 }
            let isFirst = calls.value == 1
            return Self.part(of: isFirst ? Self.film : Self.film + [1], request).steps
        } body: { world in
            let bytes = try await world.read(0..<100)
            #expect(bytes.count == 100)
            #expect(await world.failure(of: 1_200_000..<1_200_100) == "source_changed")
        }
    }

    @Test func aConnectionThatBreaksIsMadeAgainWhereItBroke() async throws {
        let calls = WatchedValue(0)
        try await run { request in
            calls.change { $0 += 1 }
            let isFirst = calls.value == 1
            let whole = Self.part(of: Self.film, request).steps
            guard isFirst, case .send(let bytes) = whole[0] else { return whole }
            return [.send(Array(bytes.prefix(300_000))), .close]
        } body: { world in
            let bytes = try await world.read(0..<600_000)
            #expect(bytes == Array(Self.film[0..<600_000]))
        }
    }

    @Test func stoppingEndsEveryWait() async throws {
        try await run { _ in
            [.stall]
        } body: { world in
            async let failure = world.failure(of: 0..<100)
            #expect(await world.server.waitForRequests(1))
            await world.stop()
            #expect(await failure == "cancelled")
        }
    }

    // MARK: The world

    private static func part(
        of film: [UInt8], _ request: ScriptedHTTPServer.Request
    ) -> (steps: [ScriptedHTTPServer.Step], bytes: Int) {
        let text = request.headers["range"] ?? ""
        let ends = text.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
        guard ends.count == 2, ends[0] < film.count else { return ([.response(416)], 0) }
        let last = min(ends[1], film.count - 1)
        let body = Array(film[ends[0]...last])
        return (
            [.response(206, [("Content-Range", "bytes \(ends[0])-\(last)/\(film.count)")], body: body)], body.count
        )
    }

    private func run(
        _ handler: @escaping ScriptedHTTPServer.Handler, body: (FilmReaderWorld) async throws -> Void
    ) async throws {
        try await ScriptedHTTPServer.with(handler) { server in
            let world = try FilmReaderWorld(server)
            do { try await body(world) } catch {
                await world.stop()
                throw error
            }
            await world.stop()
        }
    }
}

/// A reader with its cache, its server, and an origin that counts.
struct FilmReaderWorld: Sendable {
    let server: ScriptedHTTPServer
    let origin: CountingOrigin
    let reader: FilmReader

    init(_ server: ScriptedHTTPServer) throws {
        self.server = server
        origin = CountingOrigin(server)
        let folder = FileManager.default.temporaryDirectory.appending(path: "film-\(UUID())").path()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let cache = try BlockCache(directory: folder, maximumBytes: 64 << 20, logger: logger)
        let policy = try UpstreamPolicy(allowPrivate: [try #require(NetworkBlock("127.0.0.0/8"))])
        reader = FilmReader(
            film: try #require(StreamID("vod-1")), origin: origin, policy: policy, cache: cache, logger: logger,
            limit: .seconds(60))
        #expect(reader.start())
    }

    func read(_ range: Range<Int>) async throws -> [UInt8] {
        try await Self.onThread {
            var bytes = [UInt8](repeating: 0, count: range.count)
            var done = 0
            while done < range.count {
                let count = try bytes.withUnsafeMutableBytes {
                    try reader.read(
                        at: Int64(range.lowerBound + done), into: UnsafeMutableRawBufferPointer(rebasing: $0[done...]))
                }
                guard count > 0 else { return Array(bytes.prefix(done)) }
                done += count
            }
            return bytes
        }
    }

    func failure(of range: Range<Int>) async -> String? {
        do {
            _ = try await read(range)
            return nil
        } catch {
            return (error as? FilmSourceError)?.reason.code
        }
    }

    func letGo() async { _ = try? await Self.onThread { reader.letGo() } }
    func stop() async { _ = try? await Self.onThread { reader.stop() } }

    /// Readers block: never on the cooperative pool.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }
}

/// An origin without Redis: every address is new, every call is counted.
final class CountingOrigin: FilmOrigin {
    struct Log: Sendable {
        var reserved = 0
        var freed = 0
        var addresses = 0
    }

    let log = WatchedValue(Log())
    private let server: ScriptedHTTPServer

    init(_ server: ScriptedHTTPServer) { self.server = server }

    func reserve(until deadline: ContinuousClock.Instant) throws(FilmSourceError) {
        log.change { if $0.reserved == $0.freed { $0.reserved += 1 } }
    }

    func free() { log.change { $0.freed += 1 } }

    func address(renewing: Bool, until deadline: ContinuousClock.Instant) throws(FilmSourceError) -> UpstreamURL {
        let number = log.value.addresses
        log.change { $0.addresses += 1 }
        do { return try UpstreamURL(server.url("/\(number)")) } catch { throw .noToken }
    }

    func cancel() {}
}
