/// The HLS face of a live span: segments cut at key frames, at least two seconds long, numbered for ever.
struct LiveSegmenter {
    struct Segment: Sendable {
        let number: Int64
        /// Start on the channel's time line and duration, 90 kHz.
        let start: Int64
        let duration: Int64
    }

    private let span: LiveSpan
    /// Packet indices at which a round's segments begin.
    private let cuts: [Int]

    init(_ span: LiveSpan) {
        self.span = span
        var cuts = [0]
        for index in span.plan.randomAccess {
            let time = Int64(span.plan.packets[index].time)
            let last = Int64(span.plan.packets[cuts[cuts.count - 1]].time)
            if time - last >= 2 * 90000, span.plan.length - time >= 90000 { cuts.append(index) }
        }
        self.cuts = cuts
    }

    private func segment(_ ordinal: Int64) -> Segment {
        let count = Int64(cuts.count)
        let round = ordinal / count
        let place = Int(ordinal % count)
        let start = Int64(span.plan.packets[cuts[place]].time)
        let end = place + 1 < cuts.count ? Int64(span.plan.packets[cuts[place + 1]].time) : span.plan.length
        return Segment(
            number: span.firstSegment + ordinal, start: span.start + round * span.plan.length + start,
            duration: end - start)
    }

    /// The last `count` segments that are complete at `position`, oldest first.
    func window(at position: Int64, count: Int64) -> [Segment] {
        let next = firstNumber(after: position) - span.firstSegment
        let complete = max(0, next - 1)
        return (max(0, complete - count)..<complete).map { segment($0) }
    }

    /// The number of the first segment that begins after `position`.
    func firstNumber(after position: Int64) -> Int64 {
        let now = position - span.start
        guard now >= 0 else { return span.firstSegment }
        let inside = now % span.plan.length
        let begun = cuts.filter { Int64(span.plan.packets[$0].time) <= inside }.count
        return span.firstSegment + now / span.plan.length * Int64(cuts.count) + Int64(begun)
    }

    /// A segment's bytes; `nil` if it is not of this span.
    func bytes(number: Int64, base: Int64) -> [UInt8]? {
        let ordinal = number - span.firstSegment
        guard ordinal >= 0 else { return nil }
        let round = ordinal / Int64(cuts.count)
        let place = Int(ordinal % Int64(cuts.count))
        let end = place + 1 < cuts.count ? cuts[place + 1] : span.plan.packets.count
        let origin = base + span.start + round * span.plan.length
        var output: [UInt8] = []
        output.reserveCapacity((end - cuts[place] + 2) * TransportPacket.size)
        for index in span.plan.tables where !(cuts[place]..<min(end, cuts[place] + 4)).contains(index) {
            append(index, round: round, base: origin, to: &output)
        }
        for index in cuts[place]..<end { append(index, round: round, base: origin, to: &output) }
        return output
    }

    private func append(_ index: Int, round: Int64, base: Int64, to output: inout [UInt8]) {
        let packet = span.plan.packets[index]
        let run = round * Int64(span.plan.payloadCounts[packet.pid] ?? 0)
        span.plan.append(
            index, base: base, continuity: UInt8(truncatingIfNeeded: run + Int64(packet.continuity)) & 15, to: &output)
    }
}
