/// The one judge of HLS output, for tests and benchmarks alike: playlists from first to last version, every segment of
/// every rendition, and that the renditions agree.
struct HLSValidator {
    private let recording: HLSRecording
    private let expectations: HLSExpectations
    private var violations = Violations()
    private var counts: [String: Int] = [:]
    private var bitrates: [String: MeasuredBitrate] = [:]

    init(recording: HLSRecording, expectations: HLSExpectations) {
        self.recording = recording
        self.expectations = expectations
    }

    consuming func run() -> ValidationReport {
        let (master, found) = MultivariantPlaylist.parse(recording.master)
        violations.append(found, inside: "master")
        let histories = recording.renditions.map { history(of: $0) }
        compare(histories)
        let validators = validateSegments(master, histories)
        compareBoundaries(validators)
        for (validator, history) in zip(validators, histories) { measure(validator, history) }
        for variant in master.variants { checkDeclaration(variant, master, validators) }
        if !expectations.allowsFailures {
            for failure in recording.failures { violations.add(failure.rule, at: failure.place, failure.message) }
        }
        return ValidationReport(
            violations: violations.list, omitted: violations.omitted, counts: counts, bitrates: bitrates)
    }

    // MARK: Playlists

    private mutating func history(of rendition: HLSRecording.Rendition) -> PlaylistHistory {
        var history = PlaylistHistory(expectations)
        for version in rendition.versions { history.add(version.bytes, at: version.time) }
        violations.append(history.violations, inside: rendition.name)
        violations.expect(
            !rendition.versions.isEmpty, "recording", at: rendition.name, "no media playlist was recorded")
        counts["versions", default: 0] += history.versionCount
        return history
    }

    /// Renditions agree on target duration, and per segment on duration, discontinuity and date (RFC 8216 §6.2.4).
    private mutating func compare(_ histories: [PlaylistHistory]) {
        guard let first = histories.first else { return }
        for (history, rendition) in zip(histories, recording.renditions).dropFirst() {
            let target = history.latest?.targetDuration
            violations.expect(
                target == first.latest?.targetDuration, "renditions.target", at: rendition.name,
                "target duration \(target ?? 0)")
            for (sequence, segment) in history.segments.sorted(by: { $0.key < $1.key }) {
                guard let other = first.segments[sequence] else { continue }
                let place = "\(rendition.name) seq \(sequence)"
                violations.expect(
                    segment.microseconds == other.microseconds, "renditions.duration", at: place,
                    "\(segment.microseconds) µs, elsewhere \(other.microseconds)")
                violations.expect(
                    segment.programDate == nil || other.programDate == nil || segment.programDate == other.programDate,
                    "renditions.date", at: place, "another date than elsewhere")
                guard !expectations.allowsShedding else { continue }
                violations.expect(
                    segment.discontinuity == other.discontinuity
                        && segment.discontinuitySequence == other.discontinuitySequence,
                    "renditions.discontinuity", at: place, "discontinuities are elsewhere in another rendition")
            }
        }
    }

    // MARK: Segments

    private mutating func validateSegments(_ master: MultivariantPlaylist, _ histories: [PlaylistHistory])
        -> [RenditionValidator]
    {
        guard let clock = clock(of: master) else { return [] }
        let pairs = Array(zip(recording.renditions, histories))
        let isAudio = { (rendition: HLSRecording.Rendition) in
            master.media.contains { $0.uri == rendition.uri }
                || master.variants.contains { $0.uri == rendition.uri && !$0.codecs.contains { $0.hasPrefix("avc1") } }
        }
        var result: [Int: RenditionValidator] = [:]
        var boundaries: [Int64: RenditionValidator.Boundary] = [:]
        // Renditions with video first: they tell where the segments of those without lie.
        for audio in [false, true] {
            for (index, (rendition, history)) in pairs.enumerated() where isAudio(rendition) == audio {
                let validator = validate(rendition, history, clock, boundaries: audio ? boundaries : [:])
                boundaries.merge(validator.boundaries) { first, _ in first }
                result[index] = validator
            }
        }
        return result.sorted { $0.key < $1.key }.map(\.value)
    }

    private mutating func validate(
        _ rendition: HLSRecording.Rendition, _ history: PlaylistHistory, _ clock: FrameClock,
        boundaries: [Int64: RenditionValidator.Boundary]
    ) -> RenditionValidator {
        var validator = RenditionValidator(name: rendition.name, clock: clock, expectations: expectations)
        var last: Int64?
        for (sequence, bytes) in rendition.segments.sorted(by: { $0.key < $1.key }) {
            guard let segment = history.segments[sequence] else {
                violations.add("recording", at: rendition.name, "segment \(sequence) was never listed")
                continue
            }
            // After a hole in the recording nothing can be said about the join.
            let restarts = segment.discontinuity || last.map { $0 + 1 != sequence } ?? true
            let isLast = expectations.allowsHandover && history.segments[sequence + 1]?.discontinuity == true
            validator.add(segment, bytes, restarts: restarts, isLast: isLast, boundary: boundaries[sequence])
            last = sequence
        }
        for violation in validator.violations.list { violations.append(violation) }
        counts["segments", default: 0] += rendition.segments.count
        counts["frames", default: 0] += validator.frameCount
        counts["packets", default: 0] += validator.packetCount
        return validator
    }

    private mutating func clock(of master: MultivariantPlaylist) -> FrameClock? {
        let rates = Set(master.variants.compactMap(\.frameRate))
        violations.expect(rates.count == 1, "framerate", at: "master", "\(rates.count) frame rates")
        guard let rate = rates.first, let clock = FrameClock(lineStart: expectations.lineStart, frameRate: rate) else {
            violations.add("framerate", at: "master", "no known frame rate")
            return nil
        }
        return clock
    }

    private mutating func compareBoundaries(_ validators: [RenditionValidator]) {
        guard let first = validators.first(where: { !$0.boundaries.isEmpty }) else { return }
        for validator in validators {
            for (sequence, boundary) in validator.boundaries.sorted(by: { $0.key < $1.key }) {
                guard let other = first.boundaries[sequence], other != boundary else { continue }
                violations.add(
                    "renditions.boundary", at: "\(validator.name) seq \(sequence)",
                    "frames \(boundary.firstFrame)+\(boundary.frameCount), in \(first.name) \(other.firstFrame)+\(other.frameCount)"
                )
            }
        }
    }

    // MARK: What the multivariant playlist declares

    private mutating func measure(_ validator: RenditionValidator, _ history: PlaylistHistory) {
        bitrates[validator.name] = BitrateMeter.measure(
            validator.sizes, targetDuration: history.latest?.targetDuration ?? 4)
    }

    private mutating func checkDeclaration(
        _ variant: MultivariantPlaylist.Variant, _ master: MultivariantPlaylist, _ validators: [RenditionValidator]
    ) {
        guard let index = recording.renditions.firstIndex(where: { $0.uri == variant.uri }), index < validators.count
        else { return }
        let validator = validators[index]
        let group = master.media.filter { $0.type == "AUDIO" && $0.group == variant.audioGroup }.compactMap(\.uri)
        let audio = zip(recording.renditions, validators).filter { group.contains($0.0.uri) }.map(\.1)
        let found = audio.reduce(into: validator.codecs) { $0.formUnion($1.codecs) }
        let declared = Set(variant.codecs.map { $0.lowercased() })
        violations.expect(
            found.isSubset(of: declared), "codecs", at: validator.name,
            "CODECS \(declared.sorted()), found \(found.sorted())")
        if let width = variant.width, let height = variant.height {
            violations.expect(
                validator.pictureSizes.allSatisfy { $0 == [width, height] }, "resolution", at: validator.name,
                "RESOLUTION \(width)x\(height), found \(validator.pictureSizes)")
        }
        guard expectations.checksBitrate, let measured = bitrates[validator.name] else { return }
        let sound = audio.compactMap { bitrates[$0.name] }
        let peak = measured.peak + (sound.map(\.peak).max() ?? 0)
        let average = measured.average + (sound.map(\.average).max() ?? 0)
        // Apple 1.28 and 1.29 for live.
        violations.expect(
            peak * 100 < Int(variant.bandwidth) * 125, "bandwidth.peak", at: validator.name,
            "\(peak) b/s, BANDWIDTH \(variant.bandwidth)")
        let declaredAverage = Int(variant.averageBandwidth ?? variant.bandwidth)
        violations.expect(
            average * 100 < declaredAverage * 110, "bandwidth.average", at: validator.name,
            "\(average) b/s, AVERAGE-BANDWIDTH \(declaredAverage)")
    }
}
