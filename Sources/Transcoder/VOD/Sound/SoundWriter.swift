import Contracts
import Media

/// Puts decoded frames at their places, as stereo of the delivered rate.
///
/// Where the rates differ, the resampler begins at a sample whose place is a whole number at both rates, so that its phase
/// is the same in every segment (MEDIA.md §1.7). One segment's life; one thread.
struct SoundWriter {
    private let track: FilmInfo.AudioTrack
    private var placer: SamplePlacer?
    private var resampler: Resampler
    /// The next sample that the resampler expects, at the source's rate, and the next that it gives.
    private var expected: Int64?
    private var output: Int64 = 0
    /// Nothing that is heard has more samples a second.
    private static let highestRate = 768_000

    init(track: FilmInfo.AudioTrack) {
        self.track = track
        resampler = Resampler(sampleRate: track.encodedSampleRate)
    }

    mutating func write(_ frame: Frame, atTicks ticks: Int64, into store: inout SampleStore) throws {
        guard frame.samples > 0, (1...Self.highestRate).contains(frame.sampleRate) else { return }
        if placer?.rate != Int64(frame.sampleRate) {
            try finish(into: &store)
            placer = SamplePlacer(track: track, rate: frame.sampleRate)
        }
        guard let position = placer?.place(atTicks: ticks, samples: frame.samples) else { return }
        guard frame.sampleRate != track.encodedSampleRate else {
            // The same rate: the resampler only mixes, and holds nothing back. What another format left inside comes first.
            let samples = try resampler.convert(frame)
            store.put(samples, at: position - Int64(samples.count - frame.samples))
            return
        }
        try resample(frame, at: position, into: &store)
    }

    /// What the resampler still holds.
    mutating func finish(into store: inout SampleStore) throws {
        if expected != nil { store.put(try resampler.flush(), at: output) }
        resampler = Resampler(sampleRate: track.encodedSampleRate)
        expected = nil
    }

    private mutating func resample(_ frame: Frame, at position: Int64, into store: inout SampleStore) throws {
        if let expected, expected != position { try finish(into: &store) }
        if expected == nil {
            // Whole at both rates; silence is put in from there to the frame's first sample.
            let period = Int64(frame.sampleRate / Self.divisor(frame.sampleRate, track.encodedSampleRate))
            let aligned = (position >= 0 ? position / period : (position - period + 1) / period) * period
            output =
                aligned / period
                * Int64(track.encodedSampleRate / Self.divisor(frame.sampleRate, track.encodedSampleRate))
            try lead(frame, samples: Int(position - aligned), into: &store)
        }
        put(try resampler.convert(frame), into: &store)
        expected = position + Int64(frame.samples)
    }

    private mutating func lead(_ frame: Frame, samples: Int, into store: inout SampleStore) throws {
        guard samples > 0 else { return }
        put(try resampler.convert(try Frame.silence(like: frame, samples: samples)), into: &store)
    }

    private mutating func put(_ samples: StereoSamples, into store: inout SampleStore) {
        store.put(samples, at: output)
        output += Int64(samples.count)
    }

    private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? max(1, a) : divisor(b, a % b) }
}
