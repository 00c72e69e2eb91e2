import Crypto
import NIOCore

/// One version of a playlist, ready to be sent to any number of viewers: text, its gzip, and its name.
struct RenderedPlaylist: Sendable {
    let text: ByteBuffer
    /// `nil` if compressing would not save anything.
    let gzip: ByteBuffer?
    /// A strong entity tag of the text. The compressed form has another (RFC 9110 §8.8.3.3).
    let etag: String
    let gzipETag: String

    init(_ playlist: String) {
        text = ByteBuffer(string: playlist)
        gzip = Gzip.compress(text)
        let digest = Base64URL.encode(SHA256.hash(data: text.readableBytesView).prefix(9))
        etag = "\"\(digest)\""
        gzipETag = "\"\(digest)-gzip\""
    }
}
