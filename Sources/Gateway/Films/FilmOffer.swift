import Contracts

/// What this gateway offers of a film: a pure function of what its owner found in it and of `MAX_QUALITY`.
struct FilmOffer: Sendable {
    let info: FilmInfo
    let maximum: Quality

    /// Video variants, best first; never empty if the film has any. The lowest one if all are above the maximum.
    var variants: [LiveStreamInfo.Track] {
        let allowed = info.videoTracks.filter { Self.lines($0) <= maximum.height }
        return allowed.isEmpty ? info.videoTracks.suffix(1) : allowed
    }

    /// Subtitles that players can show. Picture subtitles are only named (`/api/stream/probe`).
    var subtitles: [FilmInfo.SubtitleTrack] { info.subtitles.filter(\.isText) }

    /// EXT-X-TARGETDURATION, seconds: one for all renditions (RFC 8216 §6.2.4), and no segment rounds to more.
    var targetDuration: Int {
        let last = info.grid.duration(of: info.grid.segmentCount - 1)
        let longest = max(info.grid.duration(of: 0), info.grid.duration(of: 3), last)
        let rounded = Int((2 * longest + FilmGrid.ticksPerSecond) / (2 * FilmGrid.ticksPerSecond))
        return max(FilmGrid.targetDuration, rounded, info.original?.targetDuration ?? 0)
    }

    // MARK: Choosing

    /// The rendition for `quality=`, or the default one: a variant, or sound alone. A height that is not offered is lowered;
    /// throws 400 for others.
    func variant(_ asked: Quality?, preferred: Quality) throws(APIError) -> String {
        let names = variants.map(\.name)
        if asked == .audio, let sound = info.soundTrack { return sound.name }
        if let asked { return try QualityChoice.choose(asked, from: names) }
        return (try? QualityChoice.choose(preferred, from: names)) ?? names.last ?? preferred.rawValue
    }

    /// The variant that a progressive MP4 is made of: an encoded one.
    func fileVariant(_ asked: Quality?, preferred: Quality) throws(APIError) -> String {
        let names = variants.map(\.name).filter { $0 != Quality.original.rawValue }
        guard let asked, asked != .original else {
            return (try? QualityChoice.choose(preferred, from: names)) ?? names.first ?? preferred.rawValue
        }
        return try QualityChoice.choose(asked, from: names)
    }

    /// The rendition of a media playlist's name: a language, sound alone, subtitles, or a variant lowered to what is offered.
    func rendition(named name: String) throws(APIError) -> String {
        if info.audioTracks.contains(where: { $0.name == name }) || subtitles.contains(where: { $0.name == name }) {
            return name
        }
        guard let quality = Quality(rawValue: name) else {
            throw .qualityNotOffered(variants.map(\.name) + info.audioTracks.map(\.name) + subtitles.map(\.name))
        }
        return try variant(quality, preferred: quality)
    }

    // MARK: Pieces

    /// How long each segment of a rendition lasts, in ticks of 1/90000 s, from the film's start to its end.
    /// Empty for a rendition that the film does not have.
    func durations(of rendition: String) -> [Int64] {
        guard has(rendition) else { return [] }
        if rendition == Quality.original.rawValue {
            guard let starts = info.original?.boundaries else { return [] }
            return zip(starts, starts.dropFirst() + [info.grid.duration]).map { $1 - $0 }
        }
        return (0..<info.grid.segmentCount).map { info.grid.duration(of: $0) }
    }

    /// How long a segment lasts, in ticks of 1/90000 s; 0 for what the film does not have.
    func duration(of piece: FilmPiece) -> Int64 {
        guard piece.rendition == Quality.original.rawValue else { return info.grid.duration(of: piece.index) }
        guard let starts = info.original?.boundaries, starts.indices.contains(piece.index) else { return 0 }
        let end = piece.index + 1 < starts.count ? starts[piece.index + 1] : info.grid.duration
        return end - starts[piece.index]
    }

    /// Whether the film has this segment, whatever `MAX_QUALITY` offers of it.
    func has(_ piece: FilmPiece) -> Bool {
        if piece.rendition == FilmPiece.source { return piece.index >= 0 && piece.index < sourceBlocks }
        if piece.rendition.hasSuffix(Self.fileSuffix) {
            let name = String(piece.rendition.dropLast(Self.fileSuffix.count))
            return name != Quality.original.rawValue && info.videoTracks.contains { $0.name == name }
                && piece.index < info.grid.segmentCount
        }
        guard piece.index >= 0, has(piece.rendition) else { return false }
        if piece.rendition == Quality.original.rawValue { return piece.index < info.original?.boundaries.count ?? 0 }
        return piece.index < info.grid.segmentCount
    }

    /// Behind a rendition's name: its fragments for progressive MP4.
    static let fileSuffix = ".mp4"

    /// Blocks of the source file.
    var sourceBlocks: Int64 { (info.byteCount + Int64(FilmPiece.sourceBlock) - 1) / Int64(FilmPiece.sourceBlock) }

    private func has(_ rendition: String) -> Bool {
        info.renditions.contains { $0.name == rendition } || subtitles.contains { $0.name == rendition }
    }

    /// The original counts by its size: its name says nothing of it.
    private static func lines(_ track: LiveStreamInfo.Track) -> Int {
        let quality = Quality(rawValue: track.name)
        return quality == .original ? min(track.width, track.height) : quality?.height ?? 0
    }
}
