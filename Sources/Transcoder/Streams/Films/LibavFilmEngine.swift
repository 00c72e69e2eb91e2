import Contracts
import Media
import VOD

/// The media engine behind `FilmEngine`: every read goes through the film's one reader.
struct LibavFilmEngine: FilmEngine {
    func probe(_ reader: FilmReader) throws -> FilmInfo {
        var info = try FilmProbe.probe(FilmBytes(reader))
        info.sourceTag = try reader.source().identity
        return info
    }

    func maker(_ reader: FilmReader, _ info: FilmInfo) throws -> any FilmMaker {
        let bytes = try FilmBytes(reader)
        // What is known of the film is of other bytes: made from these, its pieces would be wrong under their names.
        guard bytes.size == info.byteCount else { throw FilmSourceError.changed }
        // Servers of one provider may call the same bytes differently; then only the version tells (docs/decisions/0016).
        let tag = try reader.source().identity
        if let known = info.sourceTag, known != tag, try FilmProbe.version(of: bytes) != info.version {
            throw FilmSourceError.changed
        }
        return FilmSegments(source: bytes, info: info)
    }
}

/// The film's reader as the media engine reads it, on one media thread.
private final class FilmBytes: RandomAccessSource {
    let size: Int64
    private let reader: FilmReader

    init(_ reader: FilmReader) throws {
        self.reader = reader
        size = try reader.source().size
    }

    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try reader.read(at: position, into: buffer)
    }
}

/// Pieces of a film: copied where the rendition is the film itself, text where it is subtitles, encoded otherwise.
private struct FilmSegments: FilmMaker {
    let source: FilmBytes
    let info: FilmInfo

    func make(
        _ rendition: String, from first: Int, while goesOn: (Int) -> Bool, deliver: (Int, [UInt8], Double) -> Void
    ) throws {
        let isWanted = { $0 == first || goesOn($0) }
        if rendition == Quality.original.rawValue {
            try Remuxer(source: source, info: info).make(from: first, while: isWanted, deliver: deliver)
        } else if info.subtitles.contains(where: { $0.name == rendition }) {
            try SubtitleReader(source: source, info: info, name: rendition).make(from: first, while: isWanted) {
                deliver($0, $1, 0)
            }
        } else if rendition.hasSuffix(FilmPiece.fileSuffix) {
            let name = String(rendition.dropLast(FilmPiece.fileSuffix.count))
            try makeFile(name, from: first, while: isWanted, deliver: deliver)
        } else {
            try SegmentMaker(source: source, info: info).make([rendition], from: first, while: isWanted) {
                deliver($1, $2, $3)
            }
        }
    }

    /// Fragments of a progressive file, all on the film's own timeline, so that they are the same wherever somebody starts. The
    /// initialization, number −1, is taken from the first segment, which is then there too.
    private func makeFile(
        _ name: String, from first: Int, while isWanted: (Int) -> Bool, deliver: (Int, [UInt8], Double) -> Void
    ) throws {
        let file = FragmentedMP4(info: info, from: 0)
        let start = max(0, first)
        try SegmentMaker(source: source, info: info).make(
            [name], from: start, while: { $0 == start || isWanted($0) }
        ) { _, index, bytes, seconds in
            if first < 0, index == 0 { deliver(-1, try file.initialization(of: bytes), 0) }
            deliver(index, try file.fragment(of: bytes, number: index), seconds)
        }
    }
}
