import Foundation
import TestSupport
import Testing

@testable import Upstream

@Suite struct UpstreamClientTests {
    private func client(active: Int = 64, queued: Int = 512) throws -> UpstreamClient {
        let policy = try UpstreamPolicy(allowPrivate: [#require(NetworkBlock("127.0.0.1/32"))])
        return try UpstreamClient(policy: policy, maximumActive: active, maximumQueued: queued)
    }

    @Test func fetchesAndFollows() async throws {
        let client = try client()
        try await ScriptedHTTPServer.with({
            $0.path == "/a" ? [.redirect(to: "/b")] : [.response(200, [("X-Y", "1")], body: "{}")]
        }) { server in
            let followed = try await client.request(UpstreamRequest(UpstreamURL(server.url("/a"))))
            #expect(
                followed.status == 200 && followed.text == "{}" && followed.head["x-y"] == "1"
                    && followed.head.redirects == 1)
            var request = try UpstreamRequest(UpstreamURL(server.url("/a")))
            request.followRedirects = false
            let byHand = try await client.request(request)
            #expect(byHand.status == 302 && byHand.head.location == "/b")
        }
    }

    @Test(arguments: [UpstreamRequest.Method.post, .put, .delete, .head]) func sendsOtherMethods(
        method: UpstreamRequest.Method
    ) async throws {
        let client = try client()
        try await ScriptedHTTPServer.with({ _ in [.send("HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n")] }) {
            server in
            for payload in [Array("hello\0there".utf8), []] {
                var request = try UpstreamRequest(UpstreamURL(server.url("/a")), method: method, payload: payload)
                request.headers = [UpstreamHeader("X-Empty", ""), UpstreamHeader("Content-Type", "a/b")]
                #expect(try await client.request(request).status == 201)
                let seen = try #require(server.requests.last)
                #expect(seen.method == method.rawValue && seen.body == (method == .head ? [] : payload))
                #expect(
                    seen.headers["x-empty"] == "" && seen.headers["content-type"] == "a/b"
                        && seen.headers["expect"] == nil)
            }
        }
    }

    @Test func limitsBodies() async throws {
        let client = try client()
        try await ScriptedHTTPServer.with({ _ in [.response(200, body: Array(repeating: 65, count: 1000))] }) {
            server in
            var request = try UpstreamRequest(UpstreamURL(server.url("/a")))
            request.body = .whole(limit: 1000)
            #expect(try await client.request(request).body.count == 1000)
            request.body = .whole(limit: 999)
            await #expect(throws: UpstreamError.Code.tooLarge) { try await codes { try await client.request(request) } }
        }
    }

    @Test(arguments: [0, 5]) func stopsAfterAPrefix(of limit: Int) async throws {
        let client = try client()
        try await ScriptedHTTPServer.with({ _ in [.send("HTTP/1.1 200 OK\r\n\r\n0123456789"), .stall] }) { server in
            var request = try UpstreamRequest(UpstreamURL(server.url("/a")))
            request.body = .prefix(limit)
            let response = try await client.request(request)
            #expect(response.body == Array("0123456789".utf8.prefix(limit)))
            #expect(socketsOf(port: server.port) == 0)
            #expect(await server.waitForOpenConnections(0))
        }
    }

    @Test func unpacksGzipOnlyWhenAskedTo() async throws {
        // printf hello | gzip -n
        let packed: [UInt8] = [
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0,
            0,
        ]
        let client = try client()
        try await ScriptedHTTPServer.with({ _ in [.response(200, [("Content-Encoding", "gzip")], body: packed)] }) {
            server in
            var request = try UpstreamRequest(UpstreamURL(server.url("/a")))
            #expect(try await client.request(request).body == packed)
            request.acceptsCompression = true
            #expect(try await client.request(request).text == "hello")
            #expect(server.requests.map { $0.headers["accept-encoding"] } == [nil, "gzip"])
        }
    }

    @Test func keepsItsDeadline() async throws {
        let client = try client()
        try await ScriptedHTTPServer.with({ _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"), .stall] }) {
            server in
            var request = try UpstreamRequest(UpstreamURL(server.url("/a")))
            request.deadline = .milliseconds(300)
            let began = ContinuousClock.now
            await #expect(throws: UpstreamError.Code.timeout) { try await codes { try await client.request(request) } }
            // And not the usual one.
            #expect(ContinuousClock.now - began < UpstreamRequest(try UpstreamURL(server.url("/a"))).deadline)
            #expect(await server.waitForOpenConnections(0))
        }
    }

    @Test func endsWithItsTask() async throws {
        let client = try client()
        try await ScriptedHTTPServer.with({ _ in [.stall] }) { server in
            let url = try UpstreamURL(server.url("/a"))
            let task = Task { try await codes { try await client.request(UpstreamRequest(url)) } }
            #expect(await server.waitForRequests(1))
            task.cancel()
            await #expect(throws: UpstreamError.Code.cancelled) { try await task.value }
            #expect(await server.waitForOpenConnections(0))
        }
    }

    @Test func carriesManyAtOnceAndBoundsThem() async throws {
        let client = try client(active: 8, queued: 500)
        try await ScriptedHTTPServer.with({ [.delay(.milliseconds(5)), .response(200, body: $0.target)] }) { server in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        try await client.request(UpstreamRequest(UpstreamURL(server.url("/\(number)")))).text
                            == "/\(number)"
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(server.requests.count == 300 && server.acceptedConnections <= 16)
        }
    }

    @Test func refusesWhatItCannotQueueAndDropsTheLate() async throws {
        let client = try client(active: 1, queued: 1)
        try await ScriptedHTTPServer.with({ _ in [.stall] }) { server in
            let url = try UpstreamURL(server.url("/a"))
            let running = Task { try await codes { try await client.request(UpstreamRequest(url)) } }
            #expect(await server.waitForRequests(1))
            var late = UpstreamRequest(url)
            late.deadline = .milliseconds(200)
            let outcomes = await withTaskGroup(of: UpstreamError.Code?.self) { group in
                for _ in 0..<2 {
                    group.addTask { [late] in
                        do throws(UpstreamError) { _ = try await client.request(late) } catch { return error.code }
                        return nil
                    }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(outcomes == [.overloaded: 1, .timeout: 1])
            await client.shutdown()
            await #expect(throws: UpstreamError.Code.cancelled) { try await running.value }
            await #expect(throws: UpstreamError.Code.cancelled) {
                try await codes { try await client.request(UpstreamRequest(url)) }
            }
        }
    }

    @Test func refusesPrivateAddressesAndUnsafeHeaders() async throws {
        let client = try UpstreamClient(policy: UpstreamPolicy())
        try await ScriptedHTTPServer.with({ _ in [.response(200)] }) { server in
            var request = try UpstreamRequest(UpstreamURL(server.url("/canary-path")))
            do throws(UpstreamError) {
                _ = try await client.request(request)
                Issue.record("a private address was contacted")
            } catch {
                #expect(error.code == .refusedAddress && !error.isRetriable)
                #expect(!"\(error)".contains("canary") && !"\(error)".contains("127.0.0.1"))
            }
            request.headers = [UpstreamHeader("X", "a\r\nY: b")]
            await #expect(throws: UpstreamError.Code.invalidRequest) {
                try await codes { try await client.request(request) }
            }
            #expect(server.acceptedConnections == 0)
        }
    }
}
