/// Looks at the segments of one rendition in order, to the tick (DESIGN §5.4, MEDIA.md §3.5).
struct RenditionValidator {
    /// Where a segment lies on the frame line, as found in its video.
    struct Boundary: Hashable {
        let firstFrame: Int64
        let frameCount: Int64
    }

    let name: String
    private let expectations: HLSExpectations
    private let clock: FrameClock
    private var analyzer = TSAnalyzer()
    private var ownViolations = Violations()

    private var nextFrame: Int64?
    private var nextPacket: Int64?
    private var lastDTS: Int64?
    /// By sequence number; empty for audio-only renditions.
    private(set) var boundaries: [Int64: Boundary] = [:]
    /// Milliseconds are too coarse: by sequence number, bytes and ticks.
    private(set) var sizes: [(sequence: Int64, bytes: Int, ticks: Int64)] = []
    private(set) var codecs: Set<String> = []
    private(set) var pictureSizes: Set<[Int]> = []
    private(set) var frameCount = 0
    private(set) var packetCount = 0

    init(name: String, clock: FrameClock, expectations: HLSExpectations) {
        (self.name, self.clock, self.expectations) = (name, clock, expectations)
    }

    var violations: Violations {
        var all = ownViolations
        for violation in analyzer.violations.list { all.append(violation) }
        return all
    }

    /// - Parameters:
    ///   - isLast: It may be shorter than it should be, for nothing follows on it.
    ///   - boundary: For an audio-only rendition: where the segment lies, from a rendition with video.
    mutating func add(
        _ segment: MediaPlaylist.Segment, _ bytes: [UInt8], restarts: Bool, isLast: Bool = false,
        boundary: Boundary? = nil
    ) {
        let place = "\(name) seq \(segment.sequence)"
        if restarts { (nextFrame, nextPacket, lastDTS) = (nil, nil, nil) }
        let contents = analyzer.analyse(bytes, at: place, discontinuity: restarts)
        let found = contents.hasVideo ? checkVideo(contents, isLast: isLast, at: place) : boundary
        if contents.hasVideo { boundaries[segment.sequence] = found }
        checkDuration(segment, found, at: place)
        if contents.hasAudio { checkAudio(contents, found, at: place) }
        sizes.append((segment.sequence, bytes.count, segment.microseconds * 9 / 100))
        note(contents)
    }

    private mutating func note(_ contents: TSContents) {
        if let codec = contents.videoCodec {
            codecs.insert(codec)
            pictureSizes.insert([contents.width, contents.height])
        }
        if contents.hasAudio { codecs.insert("mp4a.40.2") }
        frameCount += contents.pictures.count
        packetCount += contents.sounds.reduce(0) { $0 + $1.frameCount }
    }

    // MARK: Video

    private mutating func checkVideo(_ contents: TSContents, isLast: Bool, at place: String) -> Boundary? {
        guard let first = contents.pictures.first else {
            ownViolations.expect(false, "video.none", at: place, "no picture")
            return nil
        }
        ownViolations.expect(
            first.isIDR && first.nalTypes.contains(7) && first.nalTypes.contains(8), "idr", at: place,
            "does not begin with SPS, PPS and IDR but with NAL units \(first.nalTypes)")
        checkDecodeTimes(contents, at: place)
        guard let start = clock.frame(at: first.pts) else {
            ownViolations.expect(
                false, "video.grid", at: place, "the first picture at \(first.pts) is between the frames of the line")
            nextFrame = nil
            return nil
        }
        ownViolations.expect(
            nextFrame == nil || nextFrame == start, "video.join", at: place,
            "begins with frame \(start) instead of \(nextFrame ?? 0)")
        for (index, pts) in contents.pictures.map(\.pts).sorted().enumerated() {
            let expected = clock.tick(start + Int64(index))
            guard pts != expected else { continue }
            ownViolations.expect(
                false, "video.grid", at: place, "frame \(start + Int64(index)) is at \(pts) instead of \(expected)")
            break
        }
        let boundary = Boundary(firstFrame: start, frameCount: Int64(contents.pictures.count))
        nextFrame = start + boundary.frameCount
        checkLength(boundary, isLast: isLast, at: place)
        checkKeyframes(contents, boundary, at: place)
        return boundary
    }

    private mutating func checkDecodeTimes(_ contents: TSContents, at place: String) {
        for picture in contents.pictures {
            ownViolations.expect(
                lastDTS.map { picture.dts > $0 } ?? true, "dts", at: place, "DTS \(picture.dts) after \(lastDTS ?? 0)")
            lastDTS = picture.dts
        }
    }

    private mutating func checkLength(_ boundary: Boundary, isLast: Bool, at place: String) {
        guard let lengths = expectations.lengths else { return }
        ownViolations.expect(
            clock.isStart(boundary.firstFrame, lengths), "grid.start", at: place,
            "no segment begins with frame \(boundary.firstFrame)")
        let expected = clock.lengths(from: boundary.firstFrame, lengths)
        ownViolations.expect(
            expected.contains(boundary.frameCount) || (isLast && boundary.frameCount < expected.max() ?? 0),
            "grid.count", at: place,
            "\(boundary.frameCount) frames instead of \(expected)")
    }

    private mutating func checkKeyframes(_ contents: TSContents, _ boundary: Boundary, at place: String) {
        guard let seconds = expectations.keyframeSeconds else { return }
        let distance = clock.frames(seconds: seconds)
        let found = contents.pictures.filter(\.isIDR).compactMap { clock.frame(at: $0.pts) }.map {
            $0 - boundary.firstFrame
        }
        let expected = Array(stride(from: 0, to: boundary.frameCount, by: Int(distance)))
        ownViolations.expect(found == expected, "idr.grid", at: place, "IDRs at frames \(found) instead of \(expected)")
    }

    // MARK: Playlist

    private mutating func checkDuration(_ segment: MediaPlaylist.Segment, _ boundary: Boundary?, at place: String) {
        guard let boundary else { return }
        let ticks = clock.tick(boundary.firstFrame + boundary.frameCount) - clock.tick(boundary.firstFrame)
        // Ticks in millionths of a second, rounded as six decimals are.
        let expected = (ticks * 200 + 9) / 18
        ownViolations.expect(
            segment.microseconds == expected, "extinf", at: place,
            "EXTINF says \(segment.microseconds) µs, \(boundary.frameCount) frames last \(expected) µs")
    }

    // MARK: Audio

    private mutating func checkAudio(_ contents: TSContents, _ boundary: Boundary?, at place: String) {
        guard let rate = contents.sounds.first.map({ Int64($0.sampleRate) }) else {
            ownViolations.expect(false, "audio.none", at: place, "no sound")
            return
        }
        if let boundary { checkFirstPacket(contents.sounds[0], boundary, rate: rate, at: place) }
        for sound in contents.sounds {
            guard let packet = clock.packet(at: sound.pts, rate: rate) else {
                ownViolations.expect(
                    false, "audio.grid", at: place, "sound at \(sound.pts) is off the grid of 1024 samples")
                nextPacket = nil
                continue
            }
            ownViolations.expect(
                nextPacket == nil || nextPacket == packet, "audio.join", at: place,
                "AAC packet \(packet) instead of \(nextPacket ?? 0)")
            nextPacket = packet + Int64(sound.frameCount)
        }
        guard let boundary, let nextPacket else { return }
        let end = clock.firstPacket(frame: boundary.firstFrame + boundary.frameCount, rate: rate)
        ownViolations.expect(
            nextPacket == end, "audio.share", at: place, "sound ends before AAC packet \(nextPacket) instead of \(end)")
    }

    private mutating func checkFirstPacket(
        _ first: TSContents.Sound, _ boundary: Boundary, rate: Int64, at place: String
    ) {
        let expected = clock.firstPacket(frame: boundary.firstFrame, rate: rate)
        let found = clock.packet(at: first.pts, rate: rate)
        // The line's very first segment may begin with the encoder's priming.
        let isLegal = found == expected || (boundary.firstFrame == 0 && found == -1)
        ownViolations.expect(
            isLegal || found == nil, "audio.share", at: place,
            "sound begins with AAC packet \(found ?? 0) instead of \(expected)")
    }
}
