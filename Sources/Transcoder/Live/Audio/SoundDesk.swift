import Media

/// All audio tracks of a channel: which stream feeds which, and what waits until its place on the line is known.
/// Engine thread.
final class SoundDesk {
    private struct Waiting {
        let track: Int
        let frame: Frame
        let pts: Int64
    }

    private let plans: [SoundTrackPlan]
    private let tracks: [SoundTrack]
    private var waiting: [Waiting] = []
    /// Stream index to track.
    private var assignment: [Int: Int] = [:]
    /// When each track was heard last, in blocks of sound of any stream.
    private var heard: [Int]
    private var blocks = 0

    /// Blocks of decoded sound, a few seconds' worth.
    private static let waitingLimit = 512
    /// A track whose stream gave nothing for so many blocks may take another stream.
    private static let silentBlocks = 100

    init(format: LiveFormat, run: OutputRun, deliver: @escaping (SegmentPiece) -> Void) throws {
        plans = format.tracks
        tracks = try format.tracks.indices.map {
            try SoundTrack(number: $0, format: format, run: run, deliver: deliver)
        }
        heard = plans.map { _ in 0 }
    }

    /// The streams of a connection.
    func assign(_ streams: [StreamDescription]) {
        assignment = SoundTrackPlan.assignment(of: plans, to: streams)
        waiting = []
    }

    /// Decoded sound with its time on the source line.
    func hear(_ frame: Frame, stream: StreamDescription, pts: Int64, line: FrameLine) throws {
        blocks += 1
        guard let track = assignment[stream.index] ?? adopt(stream) else { return }
        heard[track] = blocks
        if line.soundMustWait {
            waiting.append(Waiting(track: track, frame: frame, pts: pts))
            if waiting.count > Self.waitingLimit { waiting.removeFirst(Self.waitingLimit / 4) }
        } else {
            try put(frame, on: track, pts: pts, line)
        }
    }

    /// The line has a new anchor, or went on by a frame.
    func keepUp(_ line: FrameLine, isExpected: Bool) throws {
        if !line.soundMustWait, !waiting.isEmpty {
            let frames = waiting
            waiting = []
            for entry in frames { try put(entry.frame, on: entry.track, pts: entry.pts, line) }
        }
        let picture = line.ticks(ofFrame: line.next)
        for (number, track) in tracks.enumerated() {
            let isFed = assignment.values.contains(number)
            try track.keepUp(withTicks: picture, isExpected: isExpected && isFed)
        }
    }

    /// A segment begins with output frame `frame`: its sound is cut there too.
    func begin(_ sequence: Int64, atFrame frame: Int64) {
        for track in tracks { track.begin(sequence, atFrame: frame) }
    }

    func prepare(_ run: OutputRun) {
        for track in tracks { track.prepare(run) }
    }

    func finish(_ line: FrameLine) throws {
        for track in tracks { try track.finish(atFrame: line.next, ticks: line.ticks(ofFrame: line.next)) }
    }

    private func put(_ frame: Frame, on track: Int, pts: Int64, _ line: FrameLine) throws {
        guard let ticks = line.ticks(ofSound: pts) else { return }
        try tracks[track].add(frame, atTicks: ticks, picture: line.ticks(ofFrame: line.next))
    }

    /// A stream that nobody assigned takes the place of one in the same language that went silent: its PID has changed.
    private func adopt(_ stream: StreamDescription) -> Int? {
        let track = plans.indices.first { number in
            blocks - heard[number] > Self.silentBlocks
                && (plans.count == 1 || (stream.language != nil && plans[number].language == stream.language))
        }
        guard let track else { return nil }
        assignment = assignment.filter { $0.value != track }
        assignment[stream.index] = track
        return track
    }
}
