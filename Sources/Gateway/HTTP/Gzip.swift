import CZlib
import NIOCore

/// gzip of small texts (playlists), as one buffer.
///
/// zlib behind a shim, and not NIOHTTPCompression's channel handler: that one compresses every response anew, while a
/// playlist is compressed once per version for all its viewers and answered from memory with a fixed length.
enum Gzip {
    /// `nil` if compressing failed or would not have saved anything.
    static func compress(_ text: ByteBuffer) -> ByteBuffer? {
        let input = Array(text.readableBytesView)
        guard !input.isEmpty, let count = Int32(exactly: input.count) else { return nil }
        var output = [UInt8](repeating: 0, count: input.count)
        let written = dash_gzip(input, count, &output, count)
        return written > 0 ? ByteBuffer(bytes: output.prefix(Int(written))) : nil
    }
}
