import Contracts
import Live
import Media

/// Finds out what a film is, by reading as little of it as its container allows (DESIGN §7).
public enum FilmProbe {
    /// The version that a film of this source would have: reads its two ends.
    public static func version(of source: any RandomAccessSource) throws -> String { try FilmVersion.of(source) }

    /// Blocks in the source. Throws what the source throws, or a `FilmError`; never a wrong record.
    public static func probe(_ source: any RandomAccessSource) throws -> FilmInfo {
        let file = try FilmFile(source)
        let streams = file.demuxer.streams.compactMap { stream in
            file.demuxer.details(of: stream.index).map { ProbedStream(description: stream, details: $0) }
        }
        let video = try StreamChoice.video(streams)
        let sounds = StreamChoice.sounds(streams)
        let reading = try FirstPackets(file, video: video, sounds: sounds)
        let index = try FilmIndex(file, video: video, origin: reading.origin)
        let facts = try FilmFacts(
            file: file, streams: streams, video: video, sounds: sounds, reading: reading, index: index)
        let version = try FilmVersion.of(source)
        let info = facts.info(version: version)
        guard info.original != nil, try !Remuxer(source: source, info: info).startsAreIDRs() else { return info }
        return info.withoutOriginal()
    }
}

/// A stream with all that its container tells.
struct ProbedStream: Sendable {
    let description: StreamDescription
    let details: StreamDetails

    var index: Int { description.index }
}

/// Which of a file's streams are the film. Pure.
enum StreamChoice {
    static let mostSounds = 16

    /// The largest picture that is no cover.
    static func video(_ streams: [ProbedStream]) throws -> ProbedStream {
        let videos = streams.filter { $0.description.kind == .video && !$0.description.isAttachedPicture }
        guard !videos.isEmpty else { throw FilmError.noVideo }
        if videos.allSatisfy(\.details.isEncrypted) { throw FilmError.encrypted }
        let usable = videos.filter { $0.description.isDecodable && !$0.details.isEncrypted }
        let largest = usable.max {
            $0.description.width * $0.description.height < $1.description.width * $1.description.height
        }
        guard let largest else {
            throw FilmError(
                .unsupportedCodec, "The picture's format (\(videos[0].description.codec)) cannot be decoded.")
        }
        return largest
    }

    /// All sound that can be decoded, in the file's order.
    static func sounds(_ streams: [ProbedStream]) -> [ProbedStream] {
        Array(
            streams.filter {
                $0.description.kind == .audio && $0.description.isDecodable && !$0.details.isEncrypted
            }.prefix(mostSounds))
    }

    static func subtitles(_ streams: [ProbedStream]) -> [ProbedStream] {
        Array(streams.filter(\.details.isSubtitle).prefix(2 * mostSounds))
    }
}
