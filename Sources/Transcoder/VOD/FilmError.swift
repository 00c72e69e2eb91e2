/// Why a film cannot be played, or not from there. What the source itself throws is not wrapped in it.
public struct FilmError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable, safe as a metric label.
    public enum Code: String, Sendable, CaseIterable {
        case empty = "empty_file"
        case notMedia = "not_media"
        /// Its header or index is missing, not only its last minutes.
        case truncated
        case encrypted
        case noVideo = "no_video"
        case unsupportedCodec = "unsupported_codec"
        /// The file promised what its bytes do not hold.
        case damaged
        case unknownRendition = "unknown_rendition"
        case notOffered = "not_offered"
    }

    public let code: Code
    /// One sentence that a person understands, free of addresses.
    public let sentence: String

    public init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    public var description: String { "\(code.rawValue): \(sentence)" }

    static let empty = FilmError(.empty, "The film's file is empty.")
    static let page = FilmError(.notMedia, "The provider sent a page instead of a film.")
    static let notMedia = FilmError(.notMedia, "The file is not a film in any known format.")
    static let truncated = FilmError(.truncated, "The file is incomplete: the part that says what is in it is missing.")
    static let archive = FilmError(.notMedia, "The provider sent an archive (ZIP, RAR or 7z) instead of a film.")
    static let lockedArchive = FilmError(.encrypted, "The provider sent an archive with a password instead of a film.")
    static let encrypted = FilmError(.encrypted, "The film is encrypted.")
    static let noVideo = FilmError(.noVideo, "The file has no picture.")
    static let notIndependent = FilmError(
        .notOffered, "This film's own pictures cannot be played from any place; take another quality.")
    static let damaged = FilmError(.damaged, "The film's file is damaged: no picture could be decoded.")
}
