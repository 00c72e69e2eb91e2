import Contracts
import Executors
import Metrics
import NIOCore
import Redis
import Synchronization

/// Segment bytes for any number of viewers: memory first, and one read of the media Redis per segment and gateway.
/// Kept by their key on the media Redis, which names them for ever.
///
/// Bounded in bytes (`GATEWAY_CACHE_BYTES`, least recently used go) and in reads in flight (more are refused with 503).
/// Safe from any thread; buffers are shared, never copied.
final class SegmentCache: Sendable {
    struct Answer: Sendable {
        let bytes: ByteBuffer
        var source: Source
    }

    enum Source: Sendable {
        /// In memory, or on its way there for somebody else.
        case memory
        /// The media Redis.
        case media
        /// The media Redis, where a SegmentStore has put it for this request.
        case storage
    }

    private struct State {
        var memory: ByteLRU<String>
        var flights: [String: Task<ByteBuffer?, any Error>] = [:]
    }

    private static let maximumFlights = 256
    /// Bytes of one segment take milliseconds on a healthy network.
    private static let patience = Duration.seconds(4)

    private let media: RedisClient
    private let keys: Keys
    private let state: Mutex<State>
    private let bytesGauge = Gauge(label: "gateway_cache_bytes")
    private let flightsGauge = Gauge(label: "gateway_cache_reads_in_flight")
    private let hits = Counter(label: "gateway_cache_hits_total")
    private let misses = Counter(label: "gateway_cache_misses_total")
    private let evictions = Gauge(label: "gateway_cache_evictions")

    /// - Parameter capacity: bytes of memory.
    init(media: RedisClient, keys: Keys, capacity: Int) {
        self.media = media
        self.keys = keys
        state = Mutex(State(memory: ByteLRU(capacity: capacity)))
    }

    /// The bytes of a channel's segment; `nil` if the media Redis does not have them (any more).
    func bytes(of name: SegmentName) async throws -> Answer? {
        try await bytes(
            at: keys.segment(name.stream, epoch: name.epoch, sequence: name.sequence, rendition: name.rendition))
    }

    /// The bytes of a film's piece; `nil` if the media Redis does not have them (now).
    func bytes(of name: FilmSegmentName) async throws -> Answer? {
        try await bytes(
            at: keys.filmSegment(
                name.film, version: name.version, rendition: name.piece.rendition, index: name.piece.index))
    }

    private func bytes(at key: String) async throws -> Answer? {
        enum Found {
            case memory(ByteBuffer)
            case flight(Task<ByteBuffer?, any Error>, mine: Bool)
            case refused
        }
        let found: Found = state.withLock { state in
            if let bytes = state.memory.get(key) { return .memory(bytes) }
            if let flight = state.flights[key] { return .flight(flight, mine: false) }
            guard state.flights.count < Self.maximumFlights else { return .refused }
            // Not a child task: the read goes on for the others when the viewer who began it leaves.
            let flight = TaskPool.task { try await self.fetch(key) }
            state.flights[key] = flight
            return .flight(flight, mine: true)
        }
        switch found {
        case .memory(let bytes):
            hits.increment()
            return Answer(bytes: bytes, source: .memory)
        case .flight(let flight, let mine):
            (mine ? misses : hits).increment()
            return try await flight.value.map { Answer(bytes: $0, source: mine ? .media : .memory) }
        case .refused:
            throw APIError.tooManyHeld
        }
    }

    private func fetch(_ key: String) async throws -> ByteBuffer? {
        let result: Result<ByteBuffer?, any Error>
        do { result = .success(try await media.send(["GET", .text(key)], timeout: Self.patience).bytes) } catch {
            result = .failure(error)
        }
        state.withLock { state in
            state.flights[key] = nil
            if case .success(let bytes?) = result { state.memory.set(key, bytes) }
            bytesGauge.record(state.memory.byteCount)
            flightsGauge.record(state.flights.count)
            evictions.record(state.memory.evictions)
        }
        return try result.get()
    }
}
