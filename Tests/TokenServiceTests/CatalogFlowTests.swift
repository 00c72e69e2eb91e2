import Contracts
import Redis
import Runtime
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import TokenService

/// Lists of the catalog, from the wish to the chunks: a real Redis, real TokenServices, a panel by hand.
@Suite(.serialized) struct CatalogFlowTests {
    private static func film(_ number: Int) -> String {
        #"{"num":\#(number),"name":"Film \#(number)","stream_id":"\#(number)","category_id":"10","stream_icon":"http://i.example/\#(number).jpg"}"#
    }

    private static func list(_ count: Int) -> String { "[" + (1...count).map(film).joined(separator: ",") + "]" }

    private static let categories = #"[{"category_id":"10","category_name":"Films"}]"#

    /// Answers catalog questions: `list` to that for films.
    private static func panel(
        _ list: @escaping @Sendable () -> [ScriptedHTTPServer.Step]
    ) -> @Sendable (ScriptedHTTPServer.Request) -> [ScriptedHTTPServer.Step]? {
        { request in
            if request.target.contains("get_vod_categories") { return [.response(200, [], body: categories)] }
            if request.target.contains("get_vod_streams") { return list() }
            return accountAnswer(active: 0, max: 2)
        }
    }

    private func store(_ fixture: TokenServiceFixture) -> CatalogStore {
        CatalogStore(redis: fixture.redis, keys: fixture.keys)
    }

    private func questions(_ fixture: TokenServiceFixture) -> Int {
        fixture.panel.requests.count { $0.target.contains("get_vod_streams") }
    }

    /// Wishes until the state is as wanted, at most 40 s.
    private func wish(
        _ fixture: TokenServiceFixture, _ isWanted: (CatalogState) -> Bool = { $0.isFresh }
    ) async throws -> CatalogState? {
        let deadline = ContinuousClock.now + .seconds(40)
        while ContinuousClock.now < deadline {
            try await store(fixture).wish(.vod, patience: 10_000, request: "test-request")
            let state = try await store(fixture).read(.vod)
            if isWanted(state) { return state }
            try await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }

    private func entries(_ fixture: TokenServiceFixture, _ version: CatalogState.Version) async throws -> [CatalogEntry]
    {
        var found: [CatalogEntry] = []
        for index in 0..<version.chunks {
            let chunk = try #require(try await store(fixture).chunk(index, of: version, .vod))
            for line in chunk.split(separator: 0x0a) {
                found.append(try #require(line.withUnsafeBufferPointer { CatalogLine.entry($0) }))
            }
        }
        return found
    }

    private func expire(_ fixture: TokenServiceFixture) async throws {
        _ = try await fixture.redis.send(["HSET", .text(fixture.keys.catalog(.vod)), "expires_at", "0"])
    }

    @Test func aListIsLoadedOnceOverTwoReplicas() async throws {
        let list = Self.list(3000)
        try await TokenServiceFixture.with(
            services: 2, panel: Self.panel { [.delay(.milliseconds(300)), .response(200, [], body: list)] }
        ) { fixture, _ in
            let version = try #require(try await wish(fixture)?.version)
            #expect(version.entries == 3000 && questions(fixture) == 1)
            let found = try await entries(fixture, version)
            #expect(found.map(\.id) == (1...3000).map { Int64($0) } && found.last?.name == "Film 3000")
            #expect(found.allSatisfy { $0.categories == [10] && $0.image != nil })
            #expect(try await store(fixture).categories(.vod, of: version) == [CatalogCategory(id: 10, name: "Films")])
            let image = try #require(found.last?.image)
            let metadata = MetadataStore(redis: fixture.redis, keys: fixture.keys)
            #expect(try await metadata.image(image) == "http://i.example/3000.jpg")
            // A young list is not loaded again, whoever wishes.
            let channel = fixture.keys.catalogChannel(.vod)
            try await fixture.subscriber.subscribe(to: [channel]) { hints in
                try await store(fixture).wish(.vod, patience: 10_000, request: "test-request")
                _ = try await hints.next(within: .seconds(20))
            }
            #expect(questions(fixture) == 1)
            #expect(!fixture.logs.value.joined().contains(fixture.password))
        }
    }

    @Test func theOldListServesWhileThePanelIsIll() async throws {
        let answer = Mutex<[ScriptedHTTPServer.Step]>([.response(200, [], body: Self.list(5))])
        let current = Box(answer)
        try await TokenServiceFixture.with(panel: Self.panel { current.value.withLock { $0 } }) { fixture, _ in
            let known = try #require(try await wish(fixture)?.version)
            let broken = Array("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[\(Self.film(1)),".utf8)
            for (count, ill) in [
                [.response(500)], [.response(200, [], body: "<html>")], [.response(200, [], body: "")], [.close],
                [.response(200, [], body: #"{"user_info":{"auth":0}}"#)], [.send(broken), .close],
                [.response(200, [], body: "[\(Self.film(1)),")], [.response(200, [], body: "[]")],
            ].enumerated() as EnumeratedSequence<[[ScriptedHTTPServer.Step]]> {
                current.value.withLock { $0 = ill }
                try await expire(fixture)
                let state = try #require(try await wish(fixture), "\(count)")
                #expect(state.version == known && state.failure == nil && questions(fixture) == count + 2)
                #expect(try await entries(fixture, known).count == 5)
            }
            current.value.withLock { $0 = [.response(200, [], body: Self.list(7))] }
            try await expire(fixture)
            #expect(try await wish(fixture)?.version?.entries == 7)
        }
    }

    private final class Box: Sendable {
        let value: Mutex<[ScriptedHTTPServer.Step]>
        init(_ value: consuming sending Mutex<[ScriptedHTTPServer.Step]>) { self.value = value }
    }

    @Test func withoutAListTheReasonIsTold() async throws {
        try await TokenServiceFixture.with(panel: Self.panel { [.response(403)] }) { fixture, _ in
            let state = try #require(try await wish(fixture))
            #expect(state.version == nil && state.failure?.code == "provider_refused")
            #expect(questions(fixture) == 1)
        }
    }

    @Test func anObjectWithNumbersIsAListToo() async throws {
        let body = #"{"0":\#(Self.film(1)),"1":\#(Self.film(2)),"2":[],"3":null}"#
        try await TokenServiceFixture.with(panel: Self.panel { [.response(200, [], body: body)] }) { fixture, _ in
            let version = try #require(try await wish(fixture)?.version)
            #expect(try await entries(fixture, version).map(\.id) == [1, 2])
        }
    }

    @Test func aServiceThatStopsInTheMiddleLetsAnotherGoOn() async throws {
        let list = Self.list(10)
        let isFirst = Atomic(true)
        let first = Flag(isFirst)
        try await TokenServiceFixture.with(
            services: 0,
            panel: Self.panel {
                first.value.exchange(false, ordering: .relaxed) ? [.stall] : [.response(200, [], body: list)]
            }
        ) { fixture, _ in
            let one = ServiceGroup(
                configuration: .init(
                    services: [.init(service: HostService(host: try await fixture.host([:])))], logger: quietLogger()))
            let running = Task { try await one.run() }
            try await store(fixture).wish(.vod, patience: 60_000, request: "test-request")
            let deadline = ContinuousClock.now + .seconds(30)
            while questions(fixture) == 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            await one.triggerGracefulShutdown()
            try await running.value
            let two = try await fixture.host([:])
            let next = Task { try await two.run() }
            #expect(try await wish(fixture)?.version?.entries == 10)
            next.cancel()
            _ = try? await next.value
        }
    }

    private struct HostService: Service {
        let host: ServiceHost
        func run() async throws { try await host.run() }
    }

    private final class Flag: Sendable {
        let value: Atomic<Bool>
        init(_ value: consuming Atomic<Bool>) { self.value = value }
    }
}
