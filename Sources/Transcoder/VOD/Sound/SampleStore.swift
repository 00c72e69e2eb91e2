import Media

/// Samples at their absolute places, for one segment: silence wherever nothing was put.
struct SampleStore {
    let range: Range<Int64>
    private var left: [Float]
    private var right: [Float]

    init(_ range: Range<Int64>) {
        self.range = range
        left = [Float](repeating: 0, count: range.count)
        right = left
    }

    /// Puts samples at `position`; what lies outside is left out, what is there already is replaced.
    mutating func put(_ samples: StereoSamples, at position: Int64) {
        let part = (position..<position + Int64(samples.count)).clamped(to: range)
        guard !part.isEmpty else { return }
        let target = Int(part.lowerBound - range.lowerBound)
        let source = Int(part.lowerBound - position)
        left.replaceSubrange(target..<target + part.count, with: samples.left[source..<source + part.count])
        right.replaceSubrange(target..<target + part.count, with: samples.right[source..<source + part.count])
    }

    /// 1024 samples from `position` on, which must be inside.
    func block(at position: Int64) -> StereoSamples {
        let start = Int(position - range.lowerBound)
        return StereoSamples(left: Array(left[start..<start + 1024]), right: Array(right[start..<start + 1024]))
    }
}
