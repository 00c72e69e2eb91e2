import Foundation
import Redis
import TestSupport
import Testing

/// User, password, database, TLS.
@Suite struct RedisAccessTests {
    @Test func aWrongPasswordIsAConfigurationErrorThatDoesNotShowIt() async throws {
        var options = RedisServer.Options()
        options.password = "right"
        try await RedisServer.withServer(options) { server in
            let configuration = try RedisConfiguration(url: "redis://:wr0ng@127.0.0.1:\(server.port)")
            try await withClient(configuration) { redis in
                let error = await expect(.configuration) { _ = try await redis.send(["PING"]) }
                #expect(error.map { !"\($0)".contains("wr0ng") } == true)
                #expect(error?.isRetriable == false)
            }
            try await withRedis(on: server) { redis in
                let reply = try await redis.send(["PING"])
                #expect(reply.string == "PONG")
            }
        }
    }

    @Test func withoutThePasswordNothingIsAllowed() async throws {
        var options = RedisServer.Options()
        options.password = "right"
        try await RedisServer.withServer(options) { server in
            try await withClient(RedisConfiguration(url: "redis://127.0.0.1:\(server.port)")) { redis in
                await expect(.configuration) { _ = try await redis.send(["PING"]) }
            }
        }
    }

    @Test func aUserWithFewRightsConnects() async throws {
        var options = RedisServer.Options()
        options.users = ["app on >p@ss:w/rd ~app:* resetchannels -@all +get +set"]
        try await RedisServer.withServer(options) { server in
            let url = "redis://app:p%40ss%3Aw%2Frd@127.0.0.1:\(server.port)"
            try await withClient(RedisConfiguration(url: url)) { redis in
                let reply = try await redis.send(["SET", "app:key", "value"])
                #expect(reply.string == "OK")
                await expect(.configuration) { _ = try await redis.send(["SET", "other", "value"]) }
            }
        }
    }

    @Test func theDatabaseNumberIsSelected() async throws {
        try await RedisServer.withServer { server in
            try await withClient(RedisConfiguration(url: "\(server.url)/3")) { redis in
                _ = try await redis.send(["SET", "key", "three"])
                let clients = try await redis.send(["CLIENT", "LIST"]).string ?? ""
                #expect(clients.contains("db=3") && clients.contains("name=dash"))
            }
            try await withRedis(on: server) { redis in
                #expect(try await redis.send(["GET", "key"]).isNull)
                _ = try await redis.send(["SELECT", 3])
                #expect(try await redis.send(["GET", "key"]).string == "three")
            }
            try await withClient(RedisConfiguration(url: "\(server.url)/99")) { redis in
                await expect(.configuration) { _ = try await redis.send(["PING"]) }
            }
        }
    }

    @Test func tlsIsSpokenAndTheCertificateVerified() async throws {
        var options = RedisServer.Options()
        options.tls = true
        options.password = "secret"
        try await RedisServer.withServer(options) { server in
            var configuration = try RedisConfiguration(url: server.tlsURL)
            try await withClient(configuration) { redis in
                await expect(.notConnected) { _ = try await redis.send(["PING"], timeout: .seconds(1)) }
            }
            configuration.certificateAuthorityFile = server.certificate
            for host in ["localhost", "127.0.0.1"] {
                configuration.host = host
                try await withClient(configuration) { redis in
                    let value = String(repeating: "x", count: 100_000)
                    _ = try await redis.send(["SET", "key", .text(value)])
                    #expect(try await redis.send(["GET", "key"]).string == value)
                }
            }
        }
    }
}
