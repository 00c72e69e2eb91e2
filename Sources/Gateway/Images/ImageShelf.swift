import Contracts
import Executors
import Metrics
import NIOCore
import Redis
import Synchronization

/// Posters and logos for any number of viewers: memory first, then the media Redis, then a wish to the transcoders.
///
/// Bounded in bytes (least recently used go) and in pictures under way (more are refused with 503). Any thread.
final class ImageShelf: Sendable {
    private struct State {
        var memory: ByteLRU<ImageName>
        var flights: [ImageName: Task<ByteBuffer, any Error>] = [:]
    }

    /// How long a request waits for a picture to be fetched and made smaller.
    private static let patience = Duration.seconds(8)
    private static let poll = Duration.seconds(1)
    private static let maximumFlights = 256

    private let store: ImageStore
    private let subscriber: RedisSubscriber
    private let keys: Keys
    private let state: Mutex<State>
    private let bytesGauge = Gauge(label: "gateway_image_bytes")
    private let flightsGauge = Gauge(label: "gateway_images_awaited")

    /// - Parameter capacity: bytes of memory.
    init(store: ImageStore, subscriber: RedisSubscriber, keys: Keys, capacity: Int) {
        self.store = store
        self.subscriber = subscriber
        self.keys = keys
        state = Mutex(State(memory: ByteLRU(capacity: capacity)))
    }

    /// The picture in this size. Throws `APIError`: 404 if it cannot be had, 503 if it takes too long.
    func bytes(of image: ImageName, request: String) async throws -> ByteBuffer {
        let (bytes, flight): (ByteBuffer?, Task<ByteBuffer, any Error>?) = state.withLock { state in
            if let bytes = state.memory.get(image) { return (bytes, nil) }
            if let flight = state.flights[image] { return (nil, flight) }
            guard state.flights.count < Self.maximumFlights else { return (nil, nil) }
            // Not a child task: it goes on for the others when the viewer who began it leaves.
            let flight = TaskPool.task { try await self.fetch(image, request) }
            state.flights[image] = flight
            return (nil, flight)
        }
        if let bytes { return bytes }
        guard let flight else { throw APIError.tooManyHeld }
        return try await flight.value
    }

    /// What is in memory; asks nobody.
    func peek(_ image: ImageName) -> ByteBuffer? { state.withLock { $0.memory.get(image) } }

    private func fetch(_ image: ImageName, _ request: String) async throws -> ByteBuffer {
        let result: Result<ByteBuffer, any Error>
        do { result = .success(try await find(image, request)) } catch { result = .failure(error) }
        state.withLock { state in
            state.flights[image] = nil
            if case .success(let bytes) = result { state.memory.set(image, bytes) }
            bytesGauge.record(state.memory.byteCount)
            flightsGauge.record(state.flights.count)
        }
        return try result.get()
    }

    private func find(_ image: ImageName, _ request: String) async throws -> ByteBuffer {
        if let bytes = try await made(image) { return bytes }
        let deadline = ContinuousClock.now + Self.patience
        return try await subscriber.subscribe(to: [keys.imageChannel(image)]) { hints in
            while true {
                // After the acknowledgement, and after every hint, gap or second of silence: what is stored is the truth.
                if let bytes = try await self.made(image) { return bytes }
                let remaining = deadline - .now
                guard remaining > .zero else { throw APIError.imageLate }
                try await self.store.wish(image, patience: remaining.wholeMilliseconds, request: request)
                _ = try await hints.next(within: min(Self.poll, remaining))
            }
        }
    }

    private func made(_ image: ImageName) async throws -> ByteBuffer? {
        switch try await store.read(image) {
        case .bytes(let bytes): bytes
        case .failure: throw APIError.imageUnavailable
        case .unknown: nil
        }
    }
}
