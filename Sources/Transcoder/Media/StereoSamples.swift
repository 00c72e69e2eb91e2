/// Sound as every part after the resampler sees it: two channels of floats, nominally -1…1, of equal length.
public struct StereoSamples: Sendable, Hashable {
    public private(set) var left: [Float]
    public private(set) var right: [Float]

    public init() {
        left = []
        right = []
    }

    /// `left` and `right` must be of one length; the longer one is cut.
    public init(left: [Float], right: [Float]) {
        let count = min(left.count, right.count)
        self.left = Array(left.prefix(count))
        self.right = Array(right.prefix(count))
    }

    public static func silence(_ count: Int) -> StereoSamples {
        StereoSamples(left: [Float](repeating: 0, count: count), right: [Float](repeating: 0, count: count))
    }

    public var count: Int { left.count }
    public var isEmpty: Bool { left.isEmpty }

    public mutating func append(_ other: StereoSamples) {
        left.append(contentsOf: other.left)
        right.append(contentsOf: other.right)
    }

    /// Takes up to `count` samples off the front.
    public mutating func removeFirst(_ count: Int) -> StereoSamples {
        let taken = StereoSamples(left: Array(left.prefix(count)), right: Array(right.prefix(count)))
        left.removeFirst(taken.count)
        right.removeFirst(taken.count)
        return taken
    }

    public subscript(range: Range<Int>) -> StereoSamples {
        let range = range.clamped(to: 0..<count)
        return StereoSamples(left: Array(left[range]), right: Array(right[range]))
    }
}
