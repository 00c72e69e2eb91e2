import Live
import Metrics
import Synchronization

/// The queues and the state of all channels of this worker, on `/metrics`. Each channel tells its own once a second; shown are the
/// sums, or the worst of them where a sum would say nothing. Labels stay few: no channel has gauges of its own.
final class LiveGauges: Sendable {
    private struct Entry: Sendable {
        let snapshot: LiveSnapshot
        let publishing: Int
    }

    private let entries = Mutex<[Workload.Ticket: Entry]>([:])

    /// Demuxed packets, and their bytes, that wait for decoding: `LiveEngineSettings.queuedPackets` and `queuedBytes` a channel.
    private let packets = Gauge(label: "live_queued_packets")
    private let bytes = Gauge(label: "live_queued_bytes")
    /// Pictures that wait for the slowest encoder of all: at most `LiveEngineSettings.queuedFrames`. Full: it is shed.
    private let frames = Gauge(label: "live_queued_frames_max")
    /// Pieces that wait to be put together into segments, and access units of segments that are not complete.
    private let pieces = Gauge(label: "live_queued_pieces")
    private let units = Gauge(label: "live_pending_units")
    /// Finished segments that are not recorded yet: at most `SegmentPublisher.capacity` a channel.
    private let segments = Gauge(label: "live_queued_segments")
    /// The highest level of all; see `ShedDecision`.
    private let shed = Gauge(label: "live_shed_level_max")
    /// Channels by how their source is.
    private let sources = [LiveSourceState.opening, .running, .holding, .reconnecting].map {
        ($0, Gauge(label: "live_sources", dimensions: [("state", $0.rawValue)]))
    }

    func update(_ ticket: Workload.Ticket, _ snapshot: LiveSnapshot, publishing: Int) {
        show(
            entries.withLock {
                $0[ticket] = Entry(snapshot: snapshot, publishing: publishing)
                return Array($0.values)
            })
    }

    func remove(_ ticket: Workload.Ticket) {
        show(
            entries.withLock {
                $0[ticket] = nil
                return Array($0.values)
            })
    }

    private func show(_ entries: [Entry]) {
        func sum(_ value: (Entry) -> Int) -> Int { entries.reduce(0) { $0 + value($1) } }
        packets.record(sum(\.snapshot.queuedPackets))
        bytes.record(sum(\.snapshot.queuedBytes))
        frames.record(entries.map(\.snapshot.queuedFrames).max() ?? 0)
        pieces.record(sum(\.snapshot.queuedPieces))
        units.record(sum(\.snapshot.pendingUnits))
        segments.record(sum(\.publishing))
        shed.record(entries.map(\.snapshot.shedLevel).max() ?? 0)
        for (state, gauge) in sources { gauge.record(entries.count { $0.snapshot.source == state }) }
    }
}
