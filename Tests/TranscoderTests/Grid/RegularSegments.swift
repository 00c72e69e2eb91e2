@testable import Live

/// The segments of a run in which nothing is cut early, numbered from 0.
extension SegmentGrid {
    private var opening: [Int64] {
        (0..<4).reduce(into: [0]) { starts, _ in starts.append(end(ofSegmentFrom: starts[starts.count - 1])) }
    }

    func firstFrame(of segment: Int64) -> Int64 {
        let opening = opening
        guard segment >= 4 else { return opening[Int(segment)] }
        return opening[4] + (segment - 4) * (end(ofSegmentFrom: opening[4]) - opening[4])
    }

    /// The segment that a frame belongs to.
    func segment(containing frame: Int64) -> Int64 {
        let opening = opening
        guard frame >= opening[4] else { return Int64(opening.lastIndex { $0 <= frame } ?? 0) }
        return 4 + (frame - opening[4]) / (end(ofSegmentFrom: opening[4]) - opening[4])
    }

    func frames(of segment: Int64) -> Range<Int64> { firstFrame(of: segment)..<firstFrame(of: segment + 1) }
    func frameCount(of segment: Int64) -> Int64 { Int64(frames(of: segment).count) }
    func isBoundary(_ frame: Int64) -> Bool { firstFrame(of: segment(containing: frame)) == frame }
    func start(of segment: Int64) -> Int64 { ticks(ofFrame: firstFrame(of: segment)) }
    func duration(of segment: Int64) -> Int64 { duration(of: frames(of: segment)) }
}

extension AudioGrid {
    /// The packets of a segment. The first segment starts with packet 0.
    func packets(of segment: Int64, in grid: SegmentGrid) -> Range<Int64> {
        let frames = grid.frames(of: segment)
        return firstPacket(
            notBefore: frames.lowerBound, rate: grid.frameRate)..<firstPacket(
                notBefore: frames.upperBound, rate: grid.frameRate)
    }
}
