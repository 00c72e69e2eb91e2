import Media

/// From packets to pictures and sound on the source line: decoding, deinterlacing, and patience with what is damaged.
/// Engine thread.
final class Ingest {
    enum Decoded {
        case picture(Frame, pts: Int64)
        case sound(Frame, StreamDescription, pts: Int64)
    }

    /// Packets without a key frame after which decoding begins anyway: some encoders never send one.
    private static let keyPatience = 150
    /// Packets of other streams after which another video stream may take over: its PID has changed.
    private static let videoPatience = 100
    /// Damaged pictures are left out so long, in ticks; then they are better than nothing.
    private static let damagePatience = SegmentGrid.ticksPerSecond

    private(set) var streams: [StreamDescription] = []
    private(set) var video: StreamDescription?
    /// Whether its pictures come as fields. Told by what is decoded: what comes out is whole pictures.
    private(set) var isInterlaced = false
    private var line = SourceLine()
    private var decoders: [Int: (stream: StreamDescription, decoder: Decoder)] = [:]
    private var deinterlacer = Deinterlacer(timeBase: Rational(1, 90_000))
    private var withoutKey: Int? = 0
    private var sinceVideo = 0
    private var damagedSince: Int64?
    private var lastPTS: Int64?
    private var lastStep: Int64 = 3600

    /// A new connection.
    func connected(_ streams: [StreamDescription]) {
        line.reconnected()
        programChanged(streams)
    }

    /// Other codecs on the same connection: its line of time goes on.
    func programChanged(_ streams: [StreamDescription]) {
        self.streams = streams
        line.codecsChanged()
        decoders = [:]
        video = nil
        isInterlaced = false
        withoutKey = 0
        damagedSince = nil
    }

    func streamsChanged(_ streams: [StreamDescription]) { self.streams = streams }

    func use(_ decoder: Decoder, for stream: StreamDescription) {
        decoders[stream.index] = (stream, decoder)
        guard stream.kind == .video, video == nil || video?.index == stream.index else { return }
        video = stream
        withoutKey = 0
    }

    /// What comes out of this packet.
    func decode(_ packet: Packet) -> [Decoded] {
        guard let (stream, decoder) = decoders[packet.stream] else { return [] }
        switch stream.kind {
        case .video: return picture(packet, stream, decoder)
        case .audio: return sound(packet, stream, decoder)
        case .other: return []
        }
    }

    /// The connection is gone: the last pictures.
    func drain() -> [Decoded] {
        guard let video, let decoder = decoders[video.index]?.decoder else { return [] }
        let frames = (try? decoder.drain()) ?? []
        let pictures = deinterlaced(frames) + ((try? deinterlacer.flush()) ?? [])
        decoders = [:]
        return timed(pictures)
    }

    // MARK: Pictures

    private func picture(_ packet: Packet, _ stream: StreamDescription, _ decoder: Decoder) -> [Decoded] {
        guard takes(packet, of: stream) else { return [] }
        let stamp = line.video(pts: packet.pts, dts: packet.dts, duration: packet.duration)
        guard isDecodable(packet), let retimed = try? packet.retimed(pts: stamp.pts, dts: stamp.dts) else { return [] }
        let frames = (try? decoder.decode(retimed)) ?? []
        return timed(deinterlaced(frames.filter(isGood)))
    }

    /// Whether the packet is of the stream that is shown, or of one that takes its place.
    private func takes(_ packet: Packet, of stream: StreamDescription) -> Bool {
        if stream.index != video?.index {
            guard video == nil || (sinceVideo > Self.videoPatience && packet.isKey) else { return false }
            video = stream
            withoutKey = 0
        }
        sinceVideo = 0
        return true
    }

    /// What comes before the first key frame would only be grey.
    private func isDecodable(_ packet: Packet) -> Bool {
        guard let skipped = withoutKey else { return true }
        guard packet.isKey || skipped >= Self.keyPatience else {
            withoutKey = skipped + 1
            return false
        }
        withoutKey = nil
        return true
    }

    private func isGood(_ frame: Frame) -> Bool {
        guard frame.isCorrupt else {
            damagedSince = nil
            return true
        }
        let pts = frame.pts ?? 0
        guard let since = damagedSince else {
            damagedSince = pts
            return false
        }
        return pts - since >= Self.damagePatience
    }

    private func deinterlaced(_ frames: [Frame]) -> [Frame] {
        frames.flatMap { frame in
            if frame.isInterlaced { isInterlaced = true }
            do {
                return try deinterlacer.process(frame)
            } catch {
                deinterlacer = Deinterlacer(timeBase: Rational(1, 90_000))
                return [frame]
            }
        }
    }

    /// Pictures without a time follow on the one before.
    private func timed(_ frames: [Frame]) -> [Decoded] {
        frames.map { frame in
            let pts = frame.pts ?? (lastPTS ?? 0) + lastStep
            if let lastPTS, (1...9000).contains(pts - lastPTS) { lastStep = pts - lastPTS }
            lastPTS = pts
            return .picture(frame, pts: pts)
        }
    }

    // MARK: Sound

    private func sound(_ packet: Packet, _ stream: StreamDescription, _ decoder: Decoder) -> [Decoded] {
        sinceVideo += 1
        let pts = line.sound(stream: stream.index, pts: packet.pts, duration: packet.duration)
        guard let retimed = try? packet.retimed(pts: pts, dts: pts) else { return [] }
        let frames = ((try? decoder.decode(retimed)) ?? [])
            .filter { $0.samples > 0 && $0.sampleRate > 0 && $0.channels > 0 }
        if frames.count == 1, let frame = frames.first {
            line.soundLasts(
                Int64(frame.samples) * SegmentGrid.ticksPerSecond / Int64(frame.sampleRate), stream: stream.index)
        }
        return frames.map { .sound($0, stream, pts: $0.pts ?? pts) }
    }
}
