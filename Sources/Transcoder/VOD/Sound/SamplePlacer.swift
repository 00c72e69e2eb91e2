import Contracts
import Media

/// Where decoded sound lies on the line of delivered samples, which begins with the film's first picture. Pure.
///
/// Containers round times to the millisecond, so a frame's place is snapped to the grid that the codec's own frames make
/// (MEDIA.md §1.7). A frame that is far off that grid marks a true gap or overlap; it goes where its time says, unless that
/// is so near the last frame's end that only rounding can be between them.
struct SamplePlacer {
    private let track: FilmInfo.AudioTrack
    /// Per second, of the source.
    let rate: Int64
    private var end: Int64?

    init(track: FilmInfo.AudioTrack, rate: Int) {
        self.track = track
        self.rate = Int64(max(1, rate))
    }

    /// The number of a frame's first sample, at the source's rate.
    mutating func place(atTicks ticks: Int64, samples: Int) -> Int64 {
        defer { end = position(ticks) + Int64(samples) }
        return position(ticks)
    }

    private func position(_ ticks: Int64) -> Int64 {
        let exact = sample(ticks)
        let frame = Int64(max(1, track.frameSamples))
        let first = sample(track.start)
        let snapped = first + rounded(exact - first, frame) * frame
        if abs(exact - snapped) * 4 <= frame { return snapped }
        // Within a millisecond and a half of where the last one ended.
        if let end, abs(exact - end) * 1000 <= rate * 3 / 2 { return end }
        return exact
    }

    private func sample(_ ticks: Int64) -> Int64 {
        rounded(min(max(ticks, -SourceClock.farthest), SourceClock.farthest) * rate, FilmGrid.ticksPerSecond)
    }
}
