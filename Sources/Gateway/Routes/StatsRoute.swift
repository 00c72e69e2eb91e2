import Contracts
import HTTPTypes
import Hummingbird
import Redis
import Synchronization

/// `/api/stats/streams`: what runs now. Read at most once a second, however often it is asked.
final class StatsRoute: Sendable {
    private struct State {
        var body: ByteBuffer?
        var readAt: ContinuousClock.Instant?
        var flight: Task<ByteBuffer, any Error>?
    }

    private let redis: RedisClient
    private let keys: Keys
    private let state = Mutex(State())

    init(redis: RedisClient, keys: Keys) {
        self.redis = redis
        self.keys = keys
    }

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/api/stats/streams", method: method) { _, _ in
                Response(
                    status: .ok, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
                    body: ResponseBody(byteBuffer: try await self.body()))
            }
        }
    }

    private func body() async throws -> ByteBuffer {
        let flight: Task<ByteBuffer, any Error>? = state.withLock { state in
            if state.body != nil, let readAt = state.readAt, .now - readAt < .seconds(1) { return nil }
            if let flight = state.flight { return flight }
            let flight = Task { try await self.read() }
            state.flight = flight
            return flight
        }
        if let flight { return try await flight.value }
        return state.withLock { $0.body } ?? ByteBuffer()
    }

    private func read() async throws -> ByteBuffer {
        defer { state.withLock { $0.flight = nil } }
        let body = JSONBody.encode(try await StreamStats.read(redis: redis, keys: keys))
        state.withLock { state in
            state.body = body
            state.readAt = .now
        }
        return body
    }
}
