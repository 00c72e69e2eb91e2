import Contracts

/// Makes consecutive pieces of one rendition of a film. One is used by one thread, for one run.
protocol FilmMaker {
    /// - Parameters:
    ///   - first: the first piece's number.
    ///   - goesOn: asked before each further piece.
    ///   - deliver: each finished piece's bytes, in order, and the CPU seconds that it took.
    /// - Throws: `FilmSourceError` as the reader threw it; anything else is the film's own fault.
    func make(
        _ rendition: String, from first: Int, while goesOn: (Int) -> Bool,
        deliver: (_ index: Int, _ bytes: [UInt8], _ seconds: Double) -> Void
    ) throws
}

/// Opens films: the media engine, as the owner of a film sees it. Blocking; called on media threads.
protocol FilmEngine: Sendable {
    /// Looks at the file: container, tracks, index. Reads a bounded part of it.
    func probe(_ reader: FilmReader) throws -> FilmInfo
    func maker(_ reader: FilmReader, _ info: FilmInfo) throws -> any FilmMaker
}
