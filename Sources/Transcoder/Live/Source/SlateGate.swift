import Contracts
import Media

/// Passes a transport stream on as long as it is a channel's, and breaks off where it proves to be a slate.
///
/// Nothing of what begins as a known slate is given out before that is certain. On the source thread only.
final class SlateGate: ByteSource {
    private static let sync: UInt8 = 0x47
    /// Bytes that are held back for certainty; then they are given out.
    private static let mostHeld = 1 << 20

    private let source: any ByteSource
    private var watch: SlateWatch
    private var verdict = SlateWatch.Verdict.channel
    /// What does not make a packet yet.
    private var rest: [UInt8] = []
    private var held: [UInt8] = []

    init(_ source: any ByteSource, watch: SlateWatch) {
        self.source = source
        self.watch = watch
    }

    /// How the connection began, once that is known.
    var beginning: SourceBeginning? { watch.beginning }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var isHolding = false
        while held.isEmpty || isHolding {
            let count = try source.read(into: buffer)
            try look(at: buffer[..<count])
            isHolding = verdict == .suspect && count > 0 && held.count < Self.mostHeld
            // The usual case: no copy.
            if !isHolding, held.isEmpty { return count }
            held += buffer[..<count]
        }
        let count = min(buffer.count, held.count)
        buffer.copyBytes(from: held[..<count])
        held.removeFirst(count)
        return count
    }

    private func look(at bytes: Slice<UnsafeMutableRawBufferPointer>) throws(LiveSourceError) {
        rest += bytes
        var at = 0
        while at + ProgramWatch.packetSize <= rest.count {
            let next = at + ProgramWatch.packetSize
            guard rest[at] == Self.sync, next == rest.count || rest[next] == Self.sync else {
                at += 1
                continue
            }
            verdict = watch.look(at: rest[at..<next])
            if verdict == .slate { throw LiveSourceError.slate }
            at = next
        }
        rest.removeFirst(at)
    }
}

extension LiveSourceError {
    /// The provider sends a short film instead of the channel. It may go on for long: asking again soon is of no use.
    static let slate = LiveSourceError(
        code: StreamReason.slateCode, message: "The provider sends a notice instead of this channel.",
        retryAfter: .seconds(10))
}
