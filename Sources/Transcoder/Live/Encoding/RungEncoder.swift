import Media
import Synchronization

/// The encoder thread of one rendition: pictures in, access units by segment out.
///
/// A segment is complete when the next one's IDR comes out, or when the encoder is emptied.
final class RungEncoder: Sendable {
    let name: String
    private let orders: BoundedQueue<VideoOrder>
    private let deliver: @Sendable (SegmentPiece) -> Void
    private let fail: @Sendable (any Error) -> Void
    private let grid: SegmentGrid
    private let meter: ProcessorMeter
    private let ended = Atomic<Bool>(false)

    /// - Parameters:
    ///   - deliver: called on this encoder's thread; may wait.
    ///   - fail: called at most once, on this encoder's thread, which ends.
    init(
        name: String, grid: SegmentGrid, queuedFrames: Int, clock: any LiveClock, meter: ProcessorMeter,
        deliver: @escaping @Sendable (SegmentPiece) -> Void, fail: @escaping @Sendable (any Error) -> Void
    ) {
        self.name = name
        self.grid = grid
        self.meter = meter
        self.deliver = deliver
        self.fail = fail
        orders = BoundedQueue(limit: queuedFrames, clock: clock)
    }

    var queued: Int { orders.count }
    /// The thread has nothing left to do.
    var hasEnded: Bool { ended.load(ordering: .acquiring) }

    /// Waits while the encoder is behind.
    func push(_ order: VideoOrder) { orders.push(order) }
    /// No more pictures: what is inside comes out, then the thread ends.
    func finish() { orders.close() }
    /// The thread ends soon, and nothing more comes out.
    func abort() { orders.close(discarding: true) }

    /// The thread's function.
    func run(_ parameters: VideoEncoderParameters) {
        var lap = ProcessorMeter.Lap(meter)
        defer {
            lap.record()
            ended.store(true, ordering: .releasing)
        }
        do {
            var session = Session(encoder: try VideoEncoder(parameters), name: name, grid: grid)
            while case .element(let order) = orders.take() {
                switch order {
                case .frame(let frame, let place):
                    try session.encode(frame, place, deliver)
                case .renew(let parameters):
                    try session.finish(deliver)
                    session = Session(encoder: try VideoEncoder(parameters), name: name, grid: grid)
                }
                lap.record()
            }
            try session.finish(deliver)
        } catch {
            abort()
            fail(error)
        }
    }
}

/// One encoder's life.
private struct Session {
    let encoder: VideoEncoder
    let name: String
    let grid: SegmentGrid
    /// Segments whose first picture went in and has not come out.
    private var begun: [(frame: Int64, sequence: Int64)] = []
    private var sequence: Int64?
    private var units: [AccessUnit] = []

    init(encoder: VideoEncoder, name: String, grid: SegmentGrid) {
        self.encoder = encoder
        self.name = name
        self.grid = grid
    }

    mutating func encode(_ frame: Frame, _ place: VideoPlace, _ deliver: (SegmentPiece) -> Void) throws {
        if let sequence = place.begins { begun.append((place.frame, sequence)) }
        add(try encoder.encode(frame, index: place.frame, forceIDR: place.isIDR), deliver)
    }

    mutating func finish(_ deliver: (SegmentPiece) -> Void) throws {
        add(try encoder.flush(), deliver)
        complete(deliver)
    }

    private mutating func add(_ packets: [EncodedPacket], _ deliver: (SegmentPiece) -> Void) {
        for packet in packets {
            if packet.isKey, let next = begun.first, next.frame == packet.pts {
                complete(deliver)
                begun.removeFirst()
                sequence = next.sequence
            }
            units.append(
                AccessUnit(
                    data: packet.data, pts: grid.ticks(ofFrame: packet.pts), dts: grid.ticks(ofFrame: packet.dts),
                    isKey: packet.isKey))
        }
    }

    private mutating func complete(_ deliver: (SegmentPiece) -> Void) {
        defer { units = [] }
        guard let sequence, !units.isEmpty else { return }
        deliver(SegmentPiece(sequence: sequence, key: .video(name), units: units))
    }
}
