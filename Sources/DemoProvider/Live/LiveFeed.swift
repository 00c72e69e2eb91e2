/// One viewer's place in a live channel: what to send next, as a pure value without clock or socket.
///
/// All viewers of a channel get the same packets with the same times at the same moment; only the continuity counters
/// are the viewer's own, so that they run on over seams, spans and skipped stretches.
struct LiveFeed: Sendable {
    private var span: LiveSpan
    private var round: Int64
    private var index: Int
    private var needsTables: Bool
    private var counters: [UInt16: UInt8] = [:]

    /// Joins at the earliest key frame of the last `burst` ticks, or at `position` if there is none.
    init(joining span: LiveSpan, at position: Int64, burst: Int64) {
        self.span = span
        let plan = span.plan
        let now = max(0, position - span.start)
        let earliest = max(0, now - burst)
        needsTables = true
        var entry: (round: Int64, index: Int)?
        for round in (earliest / plan.length)...(now / plan.length) {
            let candidate = plan.randomAccess.first { index in
                (earliest...now).contains(round * plan.length + Int64(plan.packets[index].time))
            }
            if let candidate {
                entry = (round, candidate)
                break
            }
        }
        round = entry?.round ?? now / plan.length
        index = entry?.index ?? plan.firstIndex(after: now % plan.length)
    }

    /// Where this viewer is on the channel's time line, 90 kHz.
    var position: Int64 {
        let time = index < span.plan.packets.count ? Int64(span.plan.packets[index].time) : span.plan.length
        return span.start + round * span.plan.length + time
    }

    /// Appends what is due up to `position`, at most about `limit` bytes.
    ///
    /// - Parameters:
    ///   - newest: the span that the channel plays now; the viewer changes over where it begins.
    ///   - base: what position 0 of the channel's time line is in the stream, 90 kHz.
    mutating func write(until position: Int64, newest: LiveSpan, base: Int64, limit: Int, into output: inout [UInt8]) {
        let end = output.count + limit
        while output.count < end {
            if newest.generation != span.generation, self.position >= newest.start {
                span = newest
                round = 0
                index = 0
            }
            if index >= span.plan.packets.count {
                index = 0
                round += 1
            }
            guard self.position <= position else { return }
            let origin = base + span.start + round * span.plan.length
            if needsTables {
                needsTables = false
                for table in span.plan.tables where table != index { append(table, base: origin, to: &output) }
            }
            append(index, base: origin, to: &output)
            index += 1
        }
    }

    /// Leaves out everything before `position`: the source was silent, or the viewer too slow.
    mutating func skip(to position: Int64) {
        let now = max(0, position - span.start)
        guard position > self.position else { return }
        round = now / span.plan.length
        index = span.plan.firstIndex(after: now % span.plan.length)
    }

    private mutating func append(_ index: Int, base: Int64, to output: inout [UInt8]) {
        let packet = span.plan.packets[index]
        let next = counters[packet.pid, default: 0]
        if packet.marks.contains(.payload) {
            counters[packet.pid] = (next + 1) & 15
            span.plan.append(index, base: base, continuity: next, to: &output)
        } else {
            span.plan.append(index, base: base, continuity: (next + 15) & 15, to: &output)
        }
    }
}
