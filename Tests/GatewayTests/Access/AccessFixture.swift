import Contracts
import Foundation
import NIOHTTP1
import Redis

@testable import Gateway

/// A gateway with `ACCESS=viewers`, and the hands of its operator.
enum Guarded {
    static let key = "operator-key-1234"
    static let password = "correct horse"

    static func run(
        _ settings: [String: String] = [:], connections: Int = 5,
        _ body: @Sendable (GatewayFixture) async throws -> Void
    ) async throws {
        try await GatewayFixture.run(
            ["ACCESS": "viewers", "ADMIN_API_KEY": key].merging(settings) { $1 }, connections: connections, body)
    }
}

extension GatewayFixture {
    var store: ViewerStore { ViewerStore(redis: redis, keys: keys) }

    /// One slow hash for all accounts of all tests.
    private static let hash = Result { try PasswordHash.make(Guarded.password) }

    /// Makes an account.
    @discardableResult
    func addViewer(_ name: String, _ change: Viewer.Change = .init()) async throws -> Viewer {
        let viewer = Viewer(name: name, password: try Self.hash.get(), change, now: WallClock.now())
        guard try await store.put(viewer, isNew: true) == .stored else { throw Timeout() }
        return viewer
    }

    func login(_ name: String, _ password: String = Guarded.password, _ headers: [String: String] = [:]) async throws
        -> HTTPProbe.Answer
    {
        let body = try JSONEncoder().encode(["name": name, "password": password])
        return try await http.get(
            "/api/login", ["content-type": "application/json"].merging(headers) { $1 }, method: .POST,
            body: String(decoding: body, as: UTF8.self))
    }

    /// The `Cookie` header of a viewer who has logged in.
    func cookie(_ name: String) async throws -> [String: String] {
        let answer = try await login(name)
        let pair = answer.header("set-cookie")?.split(separator: ";").first.map(String.init)
        guard answer.status == 200, let pair else { throw Timeout() }
        return ["cookie": pair]
    }

    func admin(
        _ path: String, method: HTTPMethod = .GET, _ body: String? = nil, key: String? = Guarded.key
    ) async throws -> HTTPProbe.Answer {
        var headers = ["content-type": "application/json"]
        if let key { headers["authorization"] = "Bearer \(key)" }
        return try await http.get(path, headers, method: method, body: body)
    }
}
