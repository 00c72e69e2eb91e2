import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// One file of the web player in memory, with its compressed form and its names, ready for any number of viewers.
struct WebFile: Sendable {
    let bytes: ByteBuffer
    /// `nil` where compressing saves nothing: pictures.
    let gzip: ByteBuffer?
    let etag: String
    let gzipETag: String
    let contentType: String
    let cacheControl: String

    /// The name holds a version, so what is behind it never changes.
    static let forever = "public, max-age=31536000, immutable"
    /// Asked for anew each time; an unchanged one costs a 304.
    static let checked = "no-cache"

    private static let contentTypes = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "webmanifest": "application/manifest+json",
    ]

    /// `nil` for a file that is none of a web page's.
    static func contentType(of path: String) -> String? {
        path.split(separator: ".").last.flatMap { contentTypes[String($0)] }
    }

    init(_ bytes: ByteBuffer, contentType: String, cacheControl: String) {
        self.bytes = bytes
        self.contentType = contentType
        self.cacheControl = cacheControl
        gzip = Gzip.compress(bytes)
        let digest = Base64URL.encode(SHA256.hash(data: bytes.readableBytesView).prefix(9))
        etag = "\"\(digest)\""
        gzipETag = "\"\(digest)-gzip\""
    }

    func response(to request: Request, _ security: WebSecurity) -> Response {
        let gzip = PlaylistResponse.acceptsGzip(request.headers[.acceptEncoding]) ? gzip : nil
        var headers = cacheControl == Self.checked ? security.pageHeaders : security.fileHeaders
        headers[.cacheControl] = cacheControl
        headers[.vary] = "Accept-Encoding"
        headers[.eTag] = gzip == nil ? etag : gzipETag
        let known = request.headers[.ifNoneMatch]
        if ETagList.contains(known, etag) || ETagList.contains(known, gzipETag) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = contentType
        if gzip != nil { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: gzip ?? bytes))
    }
}
