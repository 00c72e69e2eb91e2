import Executors
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// `/api/admin/events`: the overview every two seconds as server-sent events.
///
/// A response ends after four minutes, before platforms cut it; the page asks again. At most `maximum` at a time.
final class AdminEvents: Sendable {
    private static let interval = Duration.seconds(2)
    private static let lifetime = Duration.seconds(240)
    private static let maximum = 20

    private let overview: CachedBody
    private let isDraining: @Sendable () -> Bool
    private let open = Atomic<Int>(0)

    init(overview: CachedBody, isDraining: @escaping @Sendable () -> Bool) {
        self.overview = overview
        self.isDraining = isDraining
    }

    func response() throws -> Response {
        guard open.load(ordering: .relaxed) < Self.maximum else {
            throw APIError(
                .serviceUnavailable, "too_many_operators", "Too many operator's pages are open.", retryAfter: 10)
        }
        let headers: HTTPFields = [
            .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store", .accelBuffering: "no",
        ]
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { [self] writer in
                open.add(1, ordering: .relaxed)
                defer { open.subtract(1, ordering: .relaxed) }
                try await write(to: &writer)
                try await writer.finish(nil)
            })
    }

    private func write(to writer: inout any ResponseBodyWriter) async throws {
        let end = ContinuousClock.now + Self.lifetime
        while .now < end, !isDraining() {
            // While Redis is away the comment keeps the connection alive.
            let text = (try? await overview.value()).map { "event: overview\ndata: \(String(buffer: $0))\n\n" }
            try await writer.write(ByteBuffer(string: text ?? ": redis is away\n\n"))
            try await Task.sleep(for: Self.interval, clock: .loop)
        }
    }
}
