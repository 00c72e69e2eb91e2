import Contracts
import Media
import VOD

/// The media engine behind `FilmEngine`: every read goes through the film's one reader.
struct LibavFilmEngine: FilmEngine {
    func probe(_ reader: FilmReader) throws -> FilmInfo { try FilmProbe.probe(FilmBytes(reader)) }

    func maker(_ reader: FilmReader, _ info: FilmInfo) throws -> any FilmMaker {
        let bytes = try FilmBytes(reader)
        // What is known of the film is of other bytes: made from these, its pieces would be wrong under their names.
        guard bytes.size == info.byteCount else { throw FilmSourceError.changed }
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

/// Segments of a film: copied where the rendition is the film itself, encoded otherwise.
private struct FilmSegments: FilmMaker {
    let source: FilmBytes
    let info: FilmInfo

    func make(
        _ rendition: String, from first: Int, while goesOn: (Int) -> Bool, deliver: (Int, [UInt8], Double) -> Void
    ) throws {
        let isWanted = { $0 == first || goesOn($0) }
        if rendition == Quality.original.rawValue {
            try Remuxer(source: source, info: info).make(from: first, while: isWanted, deliver: deliver)
        } else {
            try SegmentMaker(source: source, info: info).make([rendition], from: first, while: isWanted) {
                deliver($1, $2, $3)
            }
        }
    }
}
