import Media

/// One audio rendition from decoded sound to AAC: resampled to stereo, put on the output line, silence where there is none.
/// Engine thread.
///
/// Samples are counted since the engine began. At a planned reset the encoders are replaced exactly at the sample where the
/// new run begins.
final class SoundTrack {
    private let number: Int
    private let format: LiveFormat
    private let resampler: Resampler
    private let deliver: (SegmentPiece) -> Void
    private var line: SampleLine
    /// Samples that do not fill a block yet; the first one is number `position`.
    private var waiting = StereoSamples()
    private var position: Int64 = 0
    private var block: Int64 = 0
    private var encodings: [SoundEncoding] = []
    private var nextRun: OutputRun?
    /// Segments of the next run that have begun while sound is still in this one.
    private var begun: [(sequence: Int64, frame: Int64)] = []
    private var patience = SoundPatience()

    init(number: Int, format: LiveFormat, run: OutputRun, deliver: @escaping (SegmentPiece) -> Void) throws {
        self.number = number
        self.format = format
        self.deliver = deliver
        resampler = Resampler(sampleRate: Int(format.sampleRate))
        line = SampleLine(sampleRate: format.sampleRate)
        try begin(run)
    }

    /// Decoded sound that is to be heard `ticks` after the line's start.
    /// - Parameter picture: ticks of the next output frame, to learn how far sound is behind.
    func add(_ frame: Frame, atTicks ticks: Int64, picture: Int64) throws {
        patience.heard(lag: picture - ticks, at: picture)
        let samples: StereoSamples
        do {
            samples = try resampler.convert(frame)
        } catch is LibavError {
            // Sound of a kind that cannot be mixed is as good as none: silence takes its place.
            return
        }
        guard !samples.isEmpty, let placement = line.place(atTicks: ticks, count: samples.count) else { return }
        try appendSilence(placement.silence)
        try append(placement.skipped > 0 ? samples[placement.skipped..<samples.count] : samples)
    }

    /// Fills with silence what pictures up to `picture` would have to wait for too long.
    /// - Parameter isExpected: sound can still come; without, silence goes right up to the picture.
    func keepUp(withTicks picture: Int64, isExpected: Bool) throws {
        let limit = isExpected ? patience.ticks(at: picture) : 0
        try appendSilence(line.fill(toTicks: picture - limit))
    }

    /// A segment begins with output frame `frame`. Sound may be behind it or ahead.
    func begin(_ sequence: Int64, atFrame frame: Int64) {
        if let nextRun, frame >= nextRun.firstFrame {
            begun.append((sequence, frame))
        } else {
            for index in encodings.indices { encodings[index].begin(sequence, atFrame: frame, deliver) }
        }
    }

    /// A planned reset: `run` begins at a later output frame.
    func prepare(_ run: OutputRun) { nextRun = run }

    /// The stream ends with output frame `end`.
    func finish(atFrame end: Int64, ticks: Int64) throws {
        try appendSilence(line.fill(toTicks: ticks))
        try encodeRest()
        for index in encodings.indices { try encodings[index].finish(atFrame: end, deliver) }
        encodings = []
    }

    // MARK: Blocks

    private func begin(_ run: OutputRun) throws {
        encodings = try format.audioBitrates.map {
            try SoundEncoding(track: number, bitrate: $0, run: run, format: format)
        }
        block = 0
    }

    private func appendSilence(_ count: Int) throws {
        var left = count
        while left > 0 {
            let part = min(left, Int(format.sampleRate))
            try append(.silence(part))
            left -= part
        }
    }

    private func append(_ samples: StereoSamples) throws {
        waiting.append(samples)
        while waiting.count >= AudioEncoder.blockSize {
            if try switchRun() { continue }
            try encode(waiting.removeFirst(AudioEncoder.blockSize))
        }
    }

    private func encode(_ samples: StereoSamples) throws {
        position += Int64(samples.count)
        var padded = samples
        if padded.count < AudioEncoder.blockSize { padded.append(.silence(AudioEncoder.blockSize - padded.count)) }
        for index in encodings.indices { try encodings[index].encode(padded, index: block, deliver) }
        block += 1
    }

    private func encodeRest() throws {
        if !waiting.isEmpty { try encode(waiting.removeFirst(AudioEncoder.blockSize)) }
    }

    /// Replaces the encoders if the next run begins within the block that is due.
    private func switchRun() throws -> Bool {
        guard let run = nextRun else { return false }
        let start = line.sample(ofTicks: FrameLine.ticks(ofFrame: run.firstFrame, rate: format.frameRate))
        let left = start - position
        guard left < AudioEncoder.blockSize else { return false }
        if left > 0 { try encode(waiting.removeFirst(Int(left))) }
        for index in encodings.indices { try encodings[index].finish(atFrame: run.firstFrame, deliver) }
        nextRun = nil
        try begin(run)
        for segment in begun { begin(segment.sequence, atFrame: segment.frame) }
        begun = []
        return true
    }
}
