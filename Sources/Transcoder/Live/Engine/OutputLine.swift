import Media

/// The output of a channel whose format is known: pictures and sound go in with their source times, and come out on the
/// grid, cut into segments, to the encoders. Engine thread.
final class OutputLine {
    struct Counts: Sendable {
        var repeated = 0
        var held = 0
        var dropped = 0
    }

    let format: LiveFormat
    private let grid: SegmentGrid
    private(set) var counts = Counts()
    private var line: FrameLine
    private var planner: SegmentPlanner
    private var pacer: Pacer
    private let isRealTime: Bool
    private let cascade: PictureCascade
    private let encoders: EncoderBank
    private let sound: SoundDesk
    private let assembler: Assembler
    private let choice: () -> SegmentChoice
    private var encoded: [String] = []
    private var isFast = false
    /// Segments begun so far.
    private var begun = 0
    private var last: ShownPicture?
    private var lastSound: Int64 = .min / 2

    /// - Parameters:
    ///   - now: when the first picture came; `choice`: asked at each boundary.
    init(
        format: LiveFormat, planner: SegmentPlanner, pacer: Pacer, isRealTime: Bool, encoders: EncoderBank,
        assembler: Assembler, choice: @escaping () -> SegmentChoice
    ) throws {
        self.format = format
        grid = format.grid
        self.planner = planner
        self.pacer = pacer
        self.isRealTime = isRealTime
        self.encoders = encoders
        self.assembler = assembler
        self.choice = choice
        line = FrameLine(sourceRate: format.sourceRate)
        cascade = PictureCascade(format: format)
        sound = try SoundDesk(format: format, run: planner.run) { assembler.push(.piece($0)) }
    }

    /// Ticks of output so far.
    var ticks: Int64 { line.ticks(ofFrame: line.next) }

    // MARK: In

    /// - Returns: whether the picture counts as a sign of life.
    func show(_ frame: Frame, pts: Int64, at now: Int64) throws {
        if isRealTime {
            let behind = line.isWaiting && pacer.isBehind(line: ticks, at: now)
            guard pacer.admits(line: ticks, at: now) else {
                if !line.isWaiting { line.release(endsSound: true) }
                counts.dropped += 1
                return
            }
            if behind { try fill(to: pacer.heldTo(at: now)) }
        }
        guard case .show(let repeats) = line.place(pts) else { return }
        for _ in 0..<repeats { try repeatLast(&counts.repeated) }
        let picture = ShownPicture(frame)
        last = picture
        try make(picture, isSoundExpected: true)
    }

    func hear(_ frame: Frame, stream: StreamDescription, pts: Int64, at now: Int64) throws {
        lastSound = now
        try sound.hear(frame, stream: stream, pts: pts, line: line)
    }

    /// The connection is gone; the next picture goes on where the line is.
    func disconnected() { line.release(endsSound: true) }

    func connected(_ streams: [StreamDescription], at now: Int64) {
        sound.assign(streams)
        pacer.reconnected(at: now)
        line.begin()
    }

    func streamsChanged(_ streams: [StreamDescription]) { sound.assign(streams) }

    // MARK: Time

    /// When `hold` is to be called if nothing comes.
    var deadline: Int64 { pacer.deadline(line: ticks) }
    func quiet(at now: Int64) -> Int64 { pacer.quiet(at: now) }

    /// Holds the last picture if pictures have been away for too long. True: it is being held.
    func hold(at now: Int64) throws -> Bool {
        guard isRealTime, pacer.isHolding(at: now) else { return false }
        if !line.isWaiting { line.release(endsSound: now - lastSound > 500_000_000) }
        try fill(to: pacer.heldTo(at: now))
        return true
    }

    /// Makes the rest of what was begun and waits for it. The last segment ends with the last picture.
    func finish() throws {
        endSegment()
        try sound.finish(line)
        encoders.finish()
    }

    func abort() { encoders.abort() }

    // MARK: Frames

    /// Bounded, so that events are looked at in between.
    private static let mostAtOnce = 100

    private func fill(to target: Int64) throws {
        var made = 0
        while ticks < target, made < Self.mostAtOnce {
            try repeatLast(&counts.held)
            made += 1
        }
    }

    private func repeatLast(_ count: inout Int) throws {
        guard let last else { return }
        count += 1
        try make(last, isSoundExpected: !line.soundMustWait)
    }

    private func make(_ picture: ShownPicture, isSoundExpected: Bool) throws {
        let begins = beginsSegment() ? try beginSegment() : nil
        let frame = line.next - planner.run.firstFrame
        let place = VideoPlace(frame: frame, isIDR: begins != nil || grid.isIDR(frame), begins: begins)
        for (name, scaled) in try cascade.frames(of: picture, for: encoded) {
            encoders.encode(scaled, as: name, place)
        }
        line.advance()
        try sound.keepUp(line, isExpected: isSoundExpected)
    }

    private func beginsSegment() -> Bool {
        if planner.isBoundary(line.next) { return true }
        guard grid.isIDR(line.next - planner.run.firstFrame), planner.cutsEarly(before: line.next, choice())
        else { return false }
        endSegment()
        return true
    }

    /// The segment under way ends here.
    private func endSegment() {
        guard let (sequence, duration) = planner.ending(before: line.next) else { return }
        assembler.push(.shorten(sequence: sequence, duration: duration))
    }

    private func beginSegment() throws -> Int64 {
        let choice = choice()
        let startsRun = planner.nextRun?.firstFrame == line.next
        let plan = planner.plan(line.next, choice)
        encoded = format.rungs.map(\.name).filter { plan.encoded.keys.contains($0) }
        // Emptied after the very first segment, the encoders hold nothing of it back: it is out half a second sooner.
        let renewed = startsRun || choice.isFast != isFast || begun == 1
        try encoders.select(encoded, fast: choice.isFast, renewed: renewed)
        isFast = choice.isFast
        begun += 1
        if let next = planner.nextRun { sound.prepare(next) }
        assembler.push(.open(plan))
        sound.begin(plan.sequence, atFrame: plan.firstFrame)
        return plan.sequence
    }
}
