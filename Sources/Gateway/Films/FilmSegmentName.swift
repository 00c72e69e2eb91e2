import Contracts
import HTTPTypes

/// Which bytes a film's segment URL means: `/api/hls/vod-1906/<capability>/720p/<version>/12.ts`. They never change.
struct FilmSegmentName: Sendable, Hashable {
    let film: StreamID
    let version: String
    let piece: FilmPiece

    init(film: StreamID, version: String, piece: FilmPiece) {
        self.film = film
        self.version = version
        self.piece = piece
    }

    /// Reads the last three path elements, in the one spelling that playlists use; throws 400.
    init(film: StreamID, rendition: String, version: String, file: String) throws(APIError) {
        guard RenditionName.isValid(rendition), rendition != FilmPiece.source else {
            throw .unknownQuality(Quality.allCases.map(\.rawValue))
        }
        guard Self.isVersion(version), let dot = file.firstIndex(of: "."), let index = Int(file[..<dot]), index >= 0,
            let piece = FilmPiece(rendition: rendition, index: index), Self.file(piece) == file
        else { throw Self.malformed }
        self.init(film: film, version: version, piece: piece)
    }

    /// The last path element: `12.ts`, `3.vtt`.
    static func file(_ piece: FilmPiece) -> String { "\(piece.index).\(isText(piece.rendition) ? "vtt" : "ts")" }

    var contentType: String { Self.isText(piece.rendition) ? "text/vtt; charset=utf-8" : SegmentRoutes.contentType }

    /// The bytes are a function of the name, so it names them.
    var etag: String { "\"\(version)-\(piece.rendition)-\(piece.index)\"" }

    static func isText(_ rendition: String) -> Bool { rendition.hasPrefix("subs-") }

    /// 8 to 64 hexadecimal digits, lower case.
    static func isVersion(_ text: String) -> Bool {
        (8...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static let malformed = APIError(
        .badRequest, "bad_segment", "A film's segment is named <version>/<number>.ts, or .vtt for subtitles.")
}
