import Contracts
import Media

/// What the first pictures and sounds of a film say of themselves.
struct FirstPackets {
    struct Sound {
        /// Time of the first packet in ticks, not from the origin.
        var first: Int64
        var rate = 0
        var channels = 0
        /// Samples per frame; 0 = not known yet, or it varies.
        var samples = 0
        fileprivate var frames = 0
    }

    /// The first picture.
    let picture: Frame
    /// Its time in ticks of 1/90000 s.
    let origin: Int64
    let hasFields: Bool
    /// By stream.
    let sounds: [Int: Sound]

    /// Read at most: late sound is not waited for for ever.
    private static let mostBytes = 24 << 20
    /// From the first key frame on: where it is far, only the bytes count.
    private static let mostPictures = 60

    init(_ file: FilmFile, video: ProbedStream, sounds: [ProbedStream]) throws {
        var reader = try Reader(file, video: video, sounds: sounds)
        while reader.wantsMore, reader.bytes < Self.mostBytes, reader.pictures < Self.mostPictures {
            guard let packet = try file.demuxer.nextPacket() else {
                try reader.drain()
                break
            }
            try reader.add(packet)
        }
        guard let picture = reader.picture, let pts = picture.pts else { throw FilmError.damaged }
        self.picture = picture
        origin = SourceClock(timeBase: video.description.timeBase, origin: 0, container: .mp4).ticks(pts)
        hasFields = reader.hasFields
        self.sounds = reader.sounds
    }

    private struct Reader {
        let video: ProbedStream
        let videoDecoder: Decoder
        var soundDecoders: [Int: Decoder] = [:]
        var clocks: [Int: SourceClock] = [:]
        var picture: Frame?
        var hasFields = false
        var pictures = 0
        var bytes = 0
        var sounds: [Int: Sound] = [:]
        private var sawKey = false

        init(_ file: FilmFile, video: ProbedStream, sounds: [ProbedStream]) throws {
            self.video = video
            do {
                videoDecoder = try Decoder(for: video.description, of: file.demuxer, showsDamage: false)
            } catch is LibavError {
                throw FilmError(
                    .unsupportedCodec, "The picture's format (\(video.description.codec)) cannot be decoded.")
            }
            for sound in sounds {
                soundDecoders[sound.index] = try? Decoder(for: sound.description, of: file.demuxer)
                clocks[sound.index] = SourceClock(
                    timeBase: sound.description.timeBase, origin: 0, container: .mp4)
            }
        }

        var wantsMore: Bool {
            picture == nil || soundDecoders.keys.contains { (sounds[$0]?.frames ?? 0) < 3 }
        }

        mutating func add(_ packet: Packet) throws {
            bytes += packet.size
            if packet.stream == video.index {
                sawKey = sawKey || packet.isKey
                guard sawKey else { return }
                pictures += 1
                // One picture is enough; after it only the sound is waited for.
                if picture == nil { see(try videoDecoder.decode(packet)) }
            } else if let decoder = soundDecoders[packet.stream] {
                hear(packet, try decoder.decode(packet))
            }
        }

        mutating func drain() throws {
            if picture == nil { see(try videoDecoder.drain()) }
        }

        private mutating func see(_ frames: [Frame]) {
            for frame in frames where frame.pts != nil {
                if picture == nil { picture = frame }
                hasFields = hasFields || frame.isInterlaced
            }
        }

        private mutating func hear(_ packet: Packet, _ frames: [Frame]) {
            let stream = packet.stream
            if sounds[stream] == nil {
                guard let ticks = clocks[stream]?.ticks(packet) else { return }
                sounds[stream] = Sound(first: ticks)
            }
            for frame in frames where frame.samples > 0 {
                guard var sound = sounds[stream] else { return }
                (sound.rate, sound.channels) = (frame.sampleRate, frame.channels)
                // The first one may be cut short.
                sound.samples = sound.frames < 2 || sound.samples == frame.samples ? frame.samples : 0
                sound.frames += 1
                sounds[stream] = sound
            }
        }
    }
}
