import Contracts
import Dispatch
import Executors
import Logging
import Metrics
import NIOCore
import Redis

/// Puts finished pieces on the media Redis, then tells whoever waits: bytes first, then the hint.
///
/// Media threads hand pieces over and wait while `capacity` of them are under way (back-pressure). A piece that cannot be stored
/// for `patience` is dropped: whoever needs it wishes for it again.
final class FilmDelivery: Sendable {
    struct Piece: Sendable {
        let piece: FilmPiece
        let bytes: [UInt8]
        /// CPU seconds.
        let cost: Double
    }

    /// How long bytes stay on the media Redis.
    static let lifetime = Duration.seconds(60)
    private static let capacity = 6
    private static let patience = Duration.seconds(10)

    private let film: StreamID
    private let epoch: Int64
    private let version: String
    private let dependencies: TranscoderDependencies
    private let board: FilmBoard
    private let logger: Logger
    private let queue: AsyncStream<Piece>
    private let input: AsyncStream<Piece>.Continuation
    private let room = DispatchSemaphore(value: capacity)
    private let delivered = Counter(label: "film_pieces_delivered_total")
    private let dropped = Counter(label: "film_pieces_dropped_total")

    init(
        film: StreamID, epoch: Int64, version: String, dependencies: TranscoderDependencies, board: FilmBoard,
        logger: Logger
    ) {
        self.film = film
        self.epoch = epoch
        self.version = version
        self.dependencies = dependencies
        self.board = board
        self.logger = logger
        (queue, input) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Worth storing: whatever took work to make. A lost notice only means that it is made again one day.
    private func announce(_ piece: Piece) async {
        guard piece.piece.rendition != FilmPiece.source,
            let group = StoredGroup(stream: film, version: version, rendition: piece.piece.rendition),
            let segment = StoredSegment(group: group, index: piece.piece.index)
        else { return }
        let notice = SegmentNotice(
            segment, byteCount: piece.bytes.count, encodeMilliseconds: Int((piece.cost * 1000).rounded()))
        try? await dependencies.films.stored.announce([notice])
    }

    /// Media threads only: waits while too many pieces are under way; the semaphore bounds the queue.
    func push(_ piece: FilmPiece, _ bytes: [UInt8], cost: Double) {
        room.wait()
        if case .terminated = input.yield(Piece(piece: piece, bytes: bytes, cost: cost)) { room.signal() }
    }

    /// What is under way is still delivered; then `run` returns.
    func finish() { input.finish() }

    func run() async {
        for await piece in queue {
            if await store(piece) { delivered.increment() } else { dropped.increment() }
            room.signal()
        }
    }

    private func store(_ piece: Piece) async -> Bool {
        let deadline = ContinuousClock.now + Self.patience
        let key = dependencies.keys.filmSegment(
            film, version: version, rendition: piece.piece.rendition, index: piece.piece.index)
        while true {
            do {
                let reply = try await dependencies.media.send([
                    "SET", .text(key), .bytes(ByteBuffer(bytes: piece.bytes)), "PX",
                    .integer(Self.lifetime.milliseconds),
                ])
                if case .error(let message) = reply { throw RedisError(.server, message) }
                dependencies.films.budget.add(piece.bytes.count, for: Self.lifetime)
                board.deliver(piece.piece)
                try await dependencies.films.ownership.deliver(film, epoch: epoch, pieces: [piece.piece])
                await announce(piece)
                return true
            } catch {
                logger.debug("Piece not delivered yet", metadata: ["error": "\(error)"])
                guard !Task.isCancelled, .now < deadline else { return false }
                try? await Task.sleep(for: .milliseconds(200), clock: .loop)
            }
        }
    }
}
