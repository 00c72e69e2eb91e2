import Contracts
import Live
import Media

/// Turns what was found in a file into its record. Pure but for reading what the demuxer already knows.
struct FilmFacts {
    private let file: FilmFile
    private let streams: [ProbedStream]
    private let stream: ProbedStream
    private let sounds: [ProbedStream]
    private let reading: FirstPackets
    private let index: FilmIndex
    private let rate: FrameRate
    private let access: FilmInfo.Access
    /// The picture's length in ticks: of its own stream, not of the file, whose sound may be longer.
    private let length: Int64
    private let isTruncated: Bool

    init(
        file: FilmFile, streams: [ProbedStream], video: ProbedStream, sounds: [ProbedStream], reading: FirstPackets,
        index: FilmIndex
    ) throws {
        (self.file, self.streams, stream, self.sounds) = (file, streams, video, sounds)
        (self.reading, self.index) = (reading, index)
        let shown = video.description.averageFrameRate ?? video.description.realFrameRate ?? Rational(25, 1)
        rate = FrameRate.nearest(toNumerator: Int32(clamping: shown.num), denominator: Int32(clamping: shown.den))
        let told = Self.toldLength(file, video, origin: reading.origin)
        let known = index.end.map { min($0, told ?? $0) } ?? told
        access = Self.access(file.container, index, until: known)
        let measured =
            switch access {
            case .indexed: nil as Int64?
            case .bisected: try Self.measuredLength(file, video, reading.origin, rate)
            case .growing: try Self.promisedLength(file, video, shown)
            }
        length = min(max(measured ?? known ?? 0, 1), Self.longest)
        // What libav reckons from rates may be some seconds off.
        let isShorter = measured.map { $0 < (told ?? 0) - Self.tolerance } ?? false
        let isCut = access == .growing ? try file.source.size < Self.promisedBytes(file) : false
        isTruncated = index.end != nil || isShorter || isCut
    }

    /// Two days. A header that promises more is broken, and its playlist would be of no use to anybody.
    private static let longest = 48 * 3600 * FilmGrid.ticksPerSecond
    private static let tolerance = 5 * FilmGrid.ticksPerSecond

    func info(version: String) -> FilmInfo {
        let audio = audioTracks
        let ladder = FilmRenditions(
            video: video, audio: audio, grid: grid, container: file.container,
            keys: index.isComplete(until: length) ? index.boundaries(until: grid.duration) : [],
            gap: gap, extradata: stream.details.extradata,
            reordered: stream.details.reorderedPictures, bitRate: bitRate)
        return FilmInfo(
            version: version, container: file.container, byteCount: file.source.size, access: access,
            isTruncated: isTruncated, grid: grid, origin: reading.origin, video: video, audio: audio,
            subtitles: SubtitleNaming.tracks(StreamChoice.subtitles(streams)), renditions: ladder.tracks,
            original: ladder.original,
            decision: PlayDecision.needsTranscoding(
                container: file.container, video: video, audio: audio, gap: gap))
    }

    private var gap: Int64? { index.longestGap(until: length) }

    private static func access(_ container: FilmContainer, _ index: FilmIndex, until end: Int64?) -> FilmInfo.Access {
        let isIndexed = end.map(index.isComplete) ?? false
        return switch container {
        case .mpegts, .mpegps: .bisected
        case .avi: isIndexed ? .indexed : .growing
        case .mp4: .indexed
        case .matroska, .flv: isIndexed ? .indexed : .bisected
        }
    }

    // MARK: Length

    var grid: FilmGrid {
        let output = rate.capped
        let count = rounded(length * output.numerator, FilmGrid.ticksPerSecond * output.denominator)
        return FilmGrid(rateNumerator: output.numerator, rateDenominator: output.denominator, frameCount: count)
    }

    /// What the picture's stream says, or else the whole file.
    private static func toldLength(_ file: FilmFile, _ stream: ProbedStream, origin: Int64) -> Int64? {
        if let duration = stream.details.duration {
            let ticks = SourceClock(timeBase: stream.description.timeBase, origin: 0, container: .mp4).ticks(duration)
            // Matroska counts from the file's zero, the others from the stream's start.
            return file.container == .matroska ? ticks - origin : ticks
        }
        guard let seconds = file.demuxer.duration else { return nil }
        let ticks = Int64(min(seconds, 1e9) * Double(FilmGrid.ticksPerSecond))
        return file.container == .matroska || file.container == .flv ? ticks - origin : ticks
    }

    /// By the count of pictures in an AVI's header; as much less as the file is shorter than its first chunk says. What libav tells
    /// is a guess from the rate.
    /// - Parameter rate: the stream's own, above 0, and not the standard one next to it: pictures are as far apart as it says.
    private static func promisedLength(_ file: FilmFile, _ stream: ProbedStream, _ rate: Rational) throws -> Int64? {
        let pictures = stream.details.frameCount
        guard (1..<1 << 32).contains(pictures) else { return nil }
        let promised = try promisedBytes(file)
        let share = min(1, Double(file.source.size) / Double(promised))
        return Int64(min(Double(pictures) * Double(FilmGrid.ticksPerSecond) / rate.value * share, 1e15).rounded())
    }

    /// Bytes of the file, as the first chunk of an AVI says.
    private static func promisedBytes(_ file: FilmFile) throws -> Int64 {
        8 + (try file.source.bytes(at: 4, count: 4).reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) })
    }

    /// What the last pictures say.
    private static func measuredLength(
        _ file: FilmFile, _ stream: ProbedStream, _ origin: Int64, _ rate: FrameRate
    ) throws -> Int64? {
        let clock = SourceClock(timeBase: stream.description.timeBase, origin: origin, container: file.container)
        let places = FilmPlaces(
            source: file.source, container: file.container, video: stream.description, clock: clock)
        return try places.flatMap { places in
            try FilmEnd.ticks(
                file, video: stream.index, clock: clock, places: places,
                frame: FilmGrid.ticksPerSecond * rate.denominator / rate.numerator)
        }
    }

    private var bitRate: Int {
        let seconds = max(1, Int(grid.duration / FilmGrid.ticksPerSecond))
        return Int(file.source.size) * 8 / seconds
    }

    // MARK: Streams

    private var video: FilmInfo.Video {
        let picture = reading.picture
        let (details, rotation) = (stream.details, stream.details.rotation)
        let ratio = picture.sampleAspectRatio ?? stream.description.sampleAspectRatio
        let square = PictureSize(
            sourceWidth: picture.width, sourceHeight: picture.height, sampleAspectRatio: ratio, height: .max)
        let lies = rotation % 180 != 0
        return FilmInfo.Video(
            index: stream.index, codec: stream.description.codec, profile: details.profile, is420: details.is420,
            bitDepth: details.bitDepth, width: picture.width, height: picture.height,
            displayWidth: lies ? square.height : square.width, displayHeight: lies ? square.width : square.height,
            rateNumerator: rate.numerator, rateDenominator: rate.denominator,
            isInterlaced: details.hasFields || reading.hasFields, transfer: picture.colour.transfer.rawValue,
            rotation: rotation, colour: picture.colour.delivered.rawValue)
    }

    private var audioTracks: [FilmInfo.AudioTrack] {
        var names: Set<String> = []
        let preferred =
            sounds.first { $0.description.isDefault && !$0.description.isSpecialPurpose }
            ?? sounds.first { !$0.description.isSpecialPurpose } ?? sounds.first
        return sounds.map { sound in
            let heard = reading.sounds[sound.index]
            let rate = heard.map(\.rate).flatMap { $0 > 0 ? $0 : nil } ?? sound.description.sampleRate
            let samples = heard?.samples ?? 0
            return FilmInfo.AudioTrack(
                index: sound.index, name: TrackName.unique("audio", sound.description.language, &names),
                codec: sound.description.codec, profile: sound.details.profile,
                channels: heard.map(\.channels).flatMap { $0 > 0 ? $0 : nil } ?? sound.description.channels,
                sampleRate: rate, encodedSampleRate: Int(AudioGrid(forSourceRate: Int64(rate)).sampleRate),
                language: sound.description.language, title: sound.details.title,
                isDefault: sound.index == preferred?.index,
                start: heard.map { $0.first - reading.origin } ?? 0,
                // All of Vorbis' frames are multiples of 64.
                frameSamples: samples > 0 && sound.description.codec != "vorbis" ? samples : 64)
        }
    }
}
