import HTTPTypes
import Hummingbird

/// A playlist as an answer: gzip if the client takes it, 304 if it has it already.
enum PlaylistResponse {
    static func make(_ playlist: RenderedPlaylist, for request: Request, cacheControl: String) -> Response {
        let gzip = acceptsGzip(request.headers[.acceptEncoding]) ? playlist.gzip : nil
        var headers: HTTPFields = [
            .cacheControl: cacheControl, .vary: "Accept-Encoding",
            .eTag: gzip == nil ? playlist.etag : playlist.gzipETag,
        ]
        if matches(request.headers[.ifNoneMatch], playlist) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = MediaPlaylist.contentType
        if gzip != nil { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: gzip ?? playlist.text))
    }

    /// HEAD of a playlist that does not exist before somebody watches: GET would make it.
    static var unknownYet: Response {
        var response = Response(
            status: .ok, headers: [.contentType: MediaPlaylist.contentType, .cacheControl: "no-store"])
        response.headers[.contentLength] = nil
        return response
    }

    /// `gzip` or `*` with a weight above zero (RFC 9110 §12.5.3).
    static func acceptsGzip(_ header: String?) -> Bool {
        guard let header else { return false }
        return header.lowercased().split(separator: ",").contains { element in
            let parts = element.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let coding = parts.first, coding == "gzip" || coding == "*" else { return false }
            guard let weight = parts.dropFirst().first(where: { $0.hasPrefix("q=") }) else { return true }
            return (Double(weight.dropFirst(2)) ?? 0) > 0
        }
    }

    static func matches(_ header: String?, _ playlist: RenderedPlaylist) -> Bool {
        ETagList.contains(header, playlist.etag) || ETagList.contains(header, playlist.gzipETag)
    }
}

/// `If-None-Match`: weak comparison with a list of tags or `*` (RFC 9110 §13.1.2).
enum ETagList {
    static func contains(_ header: String?, _ etag: String) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { element in
            let tag = element.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
            let text = String(tag)
            return text == "*" || (text.hasPrefix("W/") ? String(text.dropFirst(2)) : text) == etag
        }
    }
}
