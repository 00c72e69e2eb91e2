/// Makes one steady line of time out of a source's timestamps (MEDIA.md §2 "Timestamps").
///
/// Timestamps of MPEG-TS have 33 bits, wrap, jump, restart with each connection, and differ between streams for a moment
/// while they do. Out of here they come unwrapped and continuous, in ticks of 1/90000 s from 0 on, with sound and picture
/// as far apart as the source has them. Packets go in, in the order they arrive; it never looks at frames.
///
/// Rules, each with a test:
/// - A *jump* is a video decode time more than 2 s ahead of the last one or more than 0.3 s behind it: the line goes on one
///   frame after the last packet, for all streams at once.
/// - A leap ahead that the sound, running on, confirms is not a jump but a hole.
/// - Sound follows the video's clock whenever it is within 3 s of it, so its own gaps stay gaps.
/// - Sound that has not jumped yet stays on the old line; sound that jumped first takes the video along.
struct SourceLine: Sendable {
    struct Stamp: Sendable, Equatable {
        let pts: Int64?
        let dts: Int64
    }

    private struct Track: Sendable {
        /// Last timestamp, unwrapped.
        var raw: Int64
        /// What it became.
        var line: Int64
        /// Usual distance of packets.
        var step: Int64
        /// `line - raw`.
        var offset: Int64
    }

    static let farthestAhead = 2 * SegmentGrid.ticksPerSecond
    static let farthestBack = SegmentGrid.ticksPerSecond * 3 / 10
    private static let together = 3 * SegmentGrid.ticksPerSecond
    private static let longestHole = 10 * SegmentGrid.ticksPerSecond
    private static let usualStep: Int64 = 3600
    /// 1024 samples at 48 kHz.
    private static let usualSoundStep: Int64 = 1920

    private var video: Track?
    private var sound: [Int: Track] = [:]
    /// `line - raw` of the video, and of sound that is with it. Nil until a connection has given a packet.
    private var offset: Int64?
    /// Set by sound that jumped before the video did.
    private var offered: Int64?
    /// Where the line goes on after a reconnect.
    private var resume: Int64 = 0

    /// A new connection: nothing is known of its timestamps. The line goes on one frame after the last packet.
    mutating func reconnected() {
        if let video { resume = video.line + video.step }
        video = nil
        sound = [:]
        offset = nil
        offered = nil
    }

    /// - Parameter duration: in ticks, 0 = unknown.
    mutating func video(pts: Int64?, dts: Int64?, duration: Int64) -> Stamp {
        guard let time = dts ?? pts else { return extrapolated(duration) }
        let raw = unwrap(time, near: video?.raw ?? sound.values.first?.raw)
        if let last = video, isJump(from: last, to: raw) { reanchor(after: last, at: raw) }
        let line = raw + anchored(raw)
        let delta = video.map { line - $0.line } ?? 0
        let known = duration > 0 ? duration : (1...45_000).contains(delta) ? delta : video?.step
        video = Track(raw: raw, line: line, step: known ?? Self.usualStep, offset: line - raw)
        return Stamp(pts: pts.map { line + signed33($0 &- time) }, dts: line)
    }

    /// - Returns: presentation time on the line.
    mutating func sound(stream: Int, pts: Int64?, duration: Int64) -> Int64 {
        let last = sound[stream]
        let step = duration > 0 ? duration : last?.step ?? Self.usualSoundStep
        guard let pts else {
            let line = last.map { $0.line + $0.step } ?? video?.line ?? resume
            sound[stream]?.line = line
            sound[stream]?.raw += step
            return line
        }
        let raw = unwrap(pts, near: last?.raw ?? video?.raw)
        let (anchoredRaw, offset) = place(raw, last: last, step: step)
        sound[stream] = Track(raw: anchoredRaw, line: anchoredRaw + offset, step: step, offset: offset)
        return anchoredRaw + offset
    }

    /// What a packet of this stream turned out to last, in ticks: packets that share a PES come without times.
    mutating func soundLasts(_ ticks: Int64, stream: Int) {
        if ticks > 0 { sound[stream]?.step = ticks }
    }

    /// The line goes on; how long packets last is not known any more.
    mutating func codecsChanged() {
        for stream in sound.keys { sound[stream]?.step = Self.usualSoundStep }
    }

    // MARK: Video

    private mutating func extrapolated(_ duration: Int64) -> Stamp {
        guard var last = video else { return Stamp(pts: nil, dts: resume) }
        let step = duration > 0 ? duration : last.step
        last.raw += step
        last.line += step
        video = last
        return Stamp(pts: nil, dts: last.line)
    }

    private func isJump(from last: Track, to raw: Int64) -> Bool {
        let delta = raw - last.raw
        if delta < -Self.farthestBack { return true }
        guard delta > Self.farthestAhead else { return false }
        let confirmed = sound.values.contains {
            $0.offset == offset && abs(signed33($0.raw &- raw)) < Self.farthestAhead
        }
        return !(confirmed && delta < Self.longestHole)
    }

    private mutating func reanchor(after last: Track, at raw: Int64) {
        defer { offered = nil }
        if let offered {
            let lead = raw + offered - last.line
            if lead > -Self.farthestBack, lead < Self.farthestAhead {
                offset = offered
                return
            }
        }
        offset = last.line + last.step - raw
    }

    // MARK: Sound

    /// The timestamp, unwrapped like the video's where it is with it, and the offset that applies to it.
    private mutating func place(_ raw: Int64, last: Track?, step: Int64) -> (raw: Int64, offset: Int64) {
        guard let video, let offset else { return (raw, anchored(raw)) }
        let distance = signed33(raw &- video.raw)
        if abs(distance) < Self.together { return (video.raw + distance, offset) }
        guard let last else {
            // The first of its kind, and on another clock: beside the video as it is now.
            return abs(distance) < Self.longestHole ? (video.raw + distance, offset) : (raw, video.line - raw)
        }
        let delta = raw - last.raw
        if delta > -Self.farthestBack, delta < Self.farthestAhead { return (raw, last.offset) }
        let own = last.line + step - raw
        offered = own
        return (raw, own)
    }

    // MARK: Arithmetic

    private mutating func anchored(_ raw: Int64) -> Int64 {
        if let offset { return offset }
        offset = resume - raw
        return resume - raw
    }

    private func unwrap(_ time: Int64, near reference: Int64?) -> Int64 {
        guard let reference else { return time }
        return reference + signed33(time &- reference)
    }

    /// The difference of two 33-bit times, the short way round.
    private func signed33(_ difference: Int64) -> Int64 { (difference << 31) >> 31 }
}
