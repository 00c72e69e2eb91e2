import Contracts
import Logging
import Media
import Synchronization

/// The source thread: opens the channel, demuxes it into a bounded queue, and opens it again whenever it breaks off.
///
/// A full queue stops the reading, so that TCP slows the sender down. The old connection is always closed before a new one
/// is opened: the provider counts them (DESIGN §5.1).
final class SourceLoop: Sendable {
    let events: BoundedQueue<SourceEvent>
    let watch = ReadWatch()
    private let source: any LiveSource
    private let settings: LiveEngineSettings
    private let clock: any LiveClock
    private let pause = Pause()
    private let isStopped = Atomic<Bool>(false)
    private let reopened = Atomic<Int>(0)
    private let hasConnected = Atomic<Bool>(false)
    private let slates: SlateMemory
    private let logger: Logger

    init(
        source: any LiveSource, settings: LiveEngineSettings, slates: SlateMemory, clock: any LiveClock, logger: Logger
    ) {
        self.slates = slates
        self.source = source
        self.settings = settings
        self.clock = clock
        self.logger = logger
        events = BoundedQueue(limit: settings.queuedPackets, weightLimit: settings.queuedBytes, clock: clock)
    }

    /// Times that the channel was opened again.
    var reconnects: Int { reopened.load(ordering: .relaxed) }

    /// Breaks the connection off; the loop makes a new one. From any thread.
    func reconnect() { source.interrupt() }

    /// Ends the loop soon. From any thread.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        source.cancel()
        pause.end()
        events.close(discarding: true)
    }

    /// The thread's function.
    func run(meter: ProcessorMeter) {
        var lap = ProcessorMeter.Lap(meter)
        var attempt = 0
        var failures = 0
        var last: (beginning: SourceBeginning, since: Int64)?
        while !stopped {
            let began = clock.now
            let (end, beginning) = connect(
                attempt: attempt, earlier: last.flatMap { began - $0.since > Self.stale ? $0.beginning : nil }, &lap)
            if let beginning, beginning != last?.beginning { last = (beginning, began) }
            lap.record()
            guard let error = end, !stopped else { break }
            guard events.push(.lost(error)) else { break }
            // It never was, and trying again is useless: nobody is asked once more while the engine takes note.
            if error.isFinal, !hasConnected.load(ordering: .relaxed) { break }
            failures = clock.now - began > Self.healthy ? 0 : failures + 1
            guard pause.wait(pauseLength(failures, error), clock: clock) else { break }
            attempt += 1
            reopened.wrappingAdd(1, ordering: .relaxed)
        }
        if !stopped { events.push(.ended) }
        events.close()
    }

    /// A connection that lasted so long has earned a quick second attempt.
    private static let healthy: Int64 = 10_000_000_000

    /// No channel begins as it did so long before, whatever the provider keeps to begin with.
    private static let stale: Int64 = 20_000_000_000

    private var stopped: Bool { isStopped.load(ordering: .acquiring) }

    private func pauseLength(_ failures: Int, _ error: LiveSourceError) -> Int64 {
        let pauses = settings.reopenPauses
        guard !pauses.isEmpty else { return error.retryAfter?.nanoseconds ?? 0 }
        let usual = pauses[min(max(failures - 1, 0), pauses.count - 1)].nanoseconds
        let spread = Int64(Double(usual) * Double.random(in: 0.8...1.2))
        // No source may silence a channel for longer than the engine waits for it at all.
        return max(spread, min(error.retryAfter?.nanoseconds ?? 0, 30_000_000_000))
    }

    /// One connection, from open to end: why it ended, and how it began. Nil: the media has ended for good; it has not begun.
    private func connect(
        attempt: Int, earlier: SourceBeginning?, _ lap: inout ProcessorMeter.Lap
    ) -> (end: LiveSourceError?, beginning: SourceBeginning?) {
        var slateGate: SlateGate?
        do throws(LiveSourceError) {
            let bytes = WatchedBytes(try source.open(attempt: attempt), watch: watch, clock: clock)
            if clock.isRealTime {
                let gate = SlateGate(bytes, watch: SlateWatch(memory: slates, earlier: earlier))
                slateGate = gate
                try demux(gate, &lap)
                throw LiveSourceError(
                    code: "source_ended", message: "The channel's connection was closed by its sender.")
            }
            try demux(bytes, &lap)
            return (nil, nil)
        } catch {
            logger.debug("source lost", metadata: ["source.reason": "\(error.reason.code)"])
            return (error, slateGate?.beginning)
        }
    }

    private func demux(_ bytes: any ByteSource, _ lap: inout ProcessorMeter.Lap) throws(LiveSourceError) {
        do {
            let gate = ProgramGate(bytes)
            let first = try Demuxer(source: gate)
            guard events.push(.connected(first.streams)) else { return }
            hasConnected.store(true, ordering: .relaxed)
            try relay(first, &lap)
            while !stopped, gate.reopen() {
                let next = try Demuxer(source: gate)
                guard events.push(.program(next.streams)) else { return }
                try relay(next, &lap)
            }
        } catch let error as LiveSourceError {
            throw error
        } catch let error as LibavError {
            throw Self.reason(error)
        } catch {
            throw LiveSourceError(code: "source_failed", message: "The channel's connection broke off.")
        }
    }

    /// All packets of one demuxer. Ends early when nobody takes them any more.
    private func relay(_ demuxer: Demuxer, _ lap: inout ProcessorMeter.Lap) throws {
        var announced = Announced()
        var version = demuxer.streamsVersion
        while !stopped, let packet = try demuxer.readPacket() {
            lap.record()
            if version != demuxer.streamsVersion {
                version = demuxer.streamsVersion
                guard events.push(.streams(demuxer.streams)) else { return }
            }
            guard try announced.decoder(for: packet, of: demuxer, to: events) else { continue }
            guard events.push(.packet(packet), weight: packet.size) else { return }
        }
    }

    private static func reason(_ error: LibavError) -> LiveSourceError {
        switch error.code {
        case .invalidData, .endOfFile, .unsupported, .other:
            LiveSourceError(
                code: "not_media", message: "What the provider sends for this channel is not a television stream.")
        default:
            LiveSourceError(
                code: "source_failed", message: "The channel's stream could not be read (\(error.code.rawValue)).")
        }
    }
}

/// The streams of one connection whose decoders the engine has.
///
/// Decoders are made here because they copy what the demuxer knows of their stream, and the demuxer belongs to this thread.
private struct Announced {
    private var codecs: [Int: UInt32] = [:]

    /// Sends a decoder ahead of a stream's first packet. False: packets of this stream are of no use.
    mutating func decoder(
        for packet: Packet, of demuxer: Demuxer, to events: BoundedQueue<SourceEvent>
    ) throws -> Bool {
        let streams = demuxer.streams
        guard packet.stream < streams.count else { return false }
        let stream = streams[packet.stream]
        guard stream.kind != .other, stream.isDecodable, !stream.isAttachedPicture else { return false }
        if codecs[packet.stream] != stream.codecID {
            let decoder = try Decoder(for: stream, of: demuxer)
            codecs[packet.stream] = stream.codecID
            events.push(.decoder(stream, Handover(value: decoder)))
        }
        return true
    }
}
