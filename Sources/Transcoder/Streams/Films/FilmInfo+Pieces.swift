import Contracts

extension FilmInfo {
    /// How many pieces each rendition has, by its name.
    var pieceCounts: [String: Int] {
        var counts = [
            FilmPiece.source: Int((byteCount + Int64(FilmPiece.sourceBlock) - 1) / Int64(FilmPiece.sourceBlock))
        ]
        for track in renditions { counts[track.name] = grid.segmentCount }
        for track in videoTracks where track.name != Quality.original.rawValue {
            counts[track.name + FilmPiece.fileSuffix] = grid.segmentCount
        }
        for subtitle in subtitles where subtitle.isText { counts[subtitle.name] = grid.segmentCount }
        if let original { counts[Quality.original.rawValue] = original.boundaries.count }
        return counts
    }
}
