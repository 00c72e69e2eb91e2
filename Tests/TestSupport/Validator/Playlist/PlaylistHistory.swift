/// All versions of one live media playlist as one client saw them, and the rules for what may change from one to the
/// next (RFC 8216 §6.2.1, §6.2.2; Apple's additions as in MEDIA.md §3.3).
public struct PlaylistHistory: Sendable {
    public private(set) var violations = Violations()
    public private(set) var versionCount = 0
    public private(set) var latest: MediaPlaylist?
    /// Every segment that was ever listed.
    public private(set) var segments: [Int64: MediaPlaylist.Segment] = [:]

    private let expectations: HLSExpectations
    private var lastGrowth: Duration?
    /// The date that time is counted on from, as long as nothing is discontinuous.
    private var anchor: (date: Int64, microseconds: Int64)?
    private var lastDate: Int64?

    public init(_ expectations: HLSExpectations = .live) { self.expectations = expectations }

    /// The next version. The same one again is legal.
    ///
    /// - Parameter time: When it came, on any clock that only goes on.
    public mutating func add(_ bytes: [UInt8], at time: Duration? = nil) {
        let (playlist, found) = MediaPlaylist.parse(bytes)
        versionCount += 1
        let place = "version \(versionCount)"
        violations.append(found, inside: place)
        checkAlone(playlist, at: place)
        if let latest { check(playlist, after: latest, at: place) }
        checkStall(playlist, at: place, time)
        for segment in playlist.segments where segments[segment.sequence] == nil {
            checkDate(segment, at: "\(place), seq \(segment.sequence)")
            segments[segment.sequence] = segment
        }
        latest = playlist
    }

    // MARK: One version

    private mutating func checkAlone(_ playlist: MediaPlaylist, at place: String) {
        guard expectations.isLive else { return }
        violations.expect(!playlist.segments.isEmpty, "playlist.empty", at: place, "no segment")
        violations.expect(
            playlist.mediaSequence >= expectations.leastMediaSequence, "sequence.start", at: place,
            "EXT-X-MEDIA-SEQUENCE \(playlist.mediaSequence)")
        violations.expect(
            playlist.type == nil, "playlist.type", at: place, "a live playlist has no EXT-X-PLAYLIST-TYPE")
        violations.expect(
            playlist.segments.isEmpty || playlist.segments.contains { $0.programDate != nil }, "pdt.missing", at: place,
            "no EXT-X-PROGRAM-DATE-TIME")
    }

    // MARK: Two versions

    private mutating func check(_ new: MediaPlaylist, after old: MediaPlaylist, at place: String) {
        func expect(_ condition: Bool, _ rule: String, _ message: @autoclosure () -> String) {
            violations.expect(condition, rule, at: place, message())
        }
        expect(
            new.targetDuration == old.targetDuration, "targetduration.changed",
            "\(old.targetDuration) became \(new.targetDuration)")
        expect(new.version == old.version, "version.changed", "\(old.version) became \(new.version)")
        expect(new.serverControl == old.serverControl, "server.control", "EXT-X-SERVER-CONTROL changed")
        expect(
            new.mediaSequence >= old.mediaSequence, "sequence.back",
            "media sequence \(old.mediaSequence) became \(new.mediaSequence)")
        expect(
            new.endSequence >= old.endSequence, "playlist.shrunk",
            "ended before seq \(old.endSequence), now before \(new.endSequence)")
        expect(
            new.mediaSequence <= old.endSequence, "sequence.gap",
            "begins at seq \(new.mediaSequence), nobody saw those from \(old.endSequence) on")
        expect(!old.isEnded || new == old, "endlist", "changed after EXT-X-ENDLIST")
        expect(
            (old.discontinuitySequence != nil) == (new.discontinuitySequence != nil), "discontinuity.sequence",
            "EXT-X-DISCONTINUITY-SEQUENCE comes and goes")
        checkShared(new, old, at: place)
        checkRemoval(new, old, at: place)
    }

    /// What both versions list is the same in both.
    private mutating func checkShared(_ new: MediaPlaylist, _ old: MediaPlaylist, at place: String) {
        let known = Dictionary(uniqueKeysWithValues: old.segments.map { ($0.sequence, $0) })
        for segment in new.segments {
            guard let before = known[segment.sequence] else { continue }
            let here = "\(place), seq \(segment.sequence)"
            violations.expect(
                segment.uri == before.uri && segment.microseconds == before.microseconds
                    && segment.isGap == before.isGap,
                "segment.changed", at: here,
                "'\(before.uri)' of \(before.microseconds) µs became '\(segment.uri)' of \(segment.microseconds) µs")
            violations.expect(
                segment.discontinuity == before.discontinuity, "discontinuity.changed", at: here,
                "its DISCONTINUITY came or went")
            violations.expect(
                segment.discontinuitySequence == before.discontinuitySequence, "discontinuity.sequence", at: here,
                "discontinuity sequence \(before.discontinuitySequence) became \(segment.discontinuitySequence)")
            violations.expect(
                segment.programDate == nil || before.programDate == nil || segment.programDate == before.programDate,
                "pdt.changed",
                at: here, "its date changed")
        }
    }

    /// A segment goes only while the rest is still three target durations long (RFC 8216 §6.2.2).
    private mutating func checkRemoval(_ new: MediaPlaylist, _ old: MediaPlaylist, at place: String) {
        guard new.mediaSequence > old.mediaSequence else { return }
        let rest = new.segments.reduce(0) { $0 + $1.microseconds }
        violations.expect(
            rest >= 3_000_000 * new.targetDuration, "window", at: place,
            "only \(rest) µs left after segments were removed")
    }

    private mutating func checkStall(_ playlist: MediaPlaylist, at place: String, _ time: Duration?) {
        guard let time else { return }
        let grew = latest.map { playlist.endSequence > $0.endSequence || playlist.isEnded } ?? true
        if let factor = expectations.longestStall, let lastGrowth {
            let most = Duration.seconds(factor * Double(playlist.targetDuration))
            violations.expect(time - lastGrowth <= most, "stall", at: place, "has not grown for \(time - lastGrowth)")
        }
        if grew { lastGrowth = time }
    }

    // MARK: Dates

    /// Dates run on exactly with the durations; only a DISCONTINUITY may make them leap, and never back.
    private mutating func checkDate(_ segment: MediaPlaylist.Segment, at place: String) {
        if segment.discontinuity { anchor = nil }
        defer { anchor?.microseconds += segment.microseconds }
        guard let date = segment.programDate else { return }
        violations.expect(
            lastDate.map { date > $0 } ?? true, "pdt.back", at: place, "date \(date) after \(lastDate ?? 0)")
        lastDate = date
        guard let anchor else {
            self.anchor = (date, 0)
            return
        }
        // Either end may be rounded to the millisecond.
        let drift = (date - anchor.date) * 1000 - anchor.microseconds
        violations.expect(abs(drift) <= 1000, "pdt.linear", at: place, "date is off by \(drift) µs")
    }
}
