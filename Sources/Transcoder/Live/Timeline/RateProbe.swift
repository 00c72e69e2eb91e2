/// Finds out how many pictures a second a source has, from its first pictures.
///
/// A live source is not probed (MEDIA.md §2), and what a bit stream declares is wrong now and then, for interlaced
/// material above all. So the distances of pictures decide; three equal ones are enough.
struct RateProbe: Sendable {
    private var times: [Int64] = []

    /// After so many pictures, whatever was seen decides.
    static let mostPictures = 12

    mutating func add(_ pts: Int64) { times.append(pts) }

    /// The rate, or nil if it takes more pictures to say.
    var rate: FrameRate? {
        let steps = zip(times.dropFirst(), times).map { $0 - $1 }.filter { (1...18_000).contains($0) }
        if steps.count >= 3, let least = steps.min(), let most = steps.max(), (most - least) * 20 <= most {
            return nearest(sum: steps.reduce(0, +), count: steps.count)
        }
        guard times.count >= Self.mostPictures else { return nil }
        guard !steps.isEmpty else { return .fallback }
        return nearest(sum: steps.sorted()[steps.count / 2], count: 1)
    }

    private func nearest(sum: Int64, count: Int) -> FrameRate {
        FrameRate.nearest(
            toNumerator: Int32(clamping: SegmentGrid.ticksPerSecond * Int64(count)), denominator: Int32(clamping: sum))
    }
}
