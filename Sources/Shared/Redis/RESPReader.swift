import CHiredis
import NIOCore

/// hiredis' reply parser: bytes in, whole replies out.
///
/// Hides one `redisReader`. Not thread-safe: it belongs to one channel handler and is used and freed on its event loop only.
/// It copies what it is fed and keeps its buffer at the size of the largest reply so far.
final class RESPReader {
    private let reader: UnsafeMutablePointer<redisReader>
    private let maxReplyBytes: Int
    /// Bytes fed since the last whole reply.
    private var partial = 0

    /// - Parameter maxReplyBytes: a reply that is still incomplete after this many bytes breaks the protocol.
    init(maxReplyBytes: Int) throws(RedisError) {
        guard let reader = dash_reader_create() else { throw RedisError(.outOfMemory, "no memory for a reply reader") }
        self.reader = reader
        self.maxReplyBytes = maxReplyBytes
    }

    deinit { dash_reader_free(reader) }

    /// Takes in bytes as they arrived. After an error the reader is of no more use.
    func feed(_ bytes: ByteBuffer) throws(RedisError) {
        partial += bytes.readableBytes
        guard partial <= maxReplyBytes else {
            throw RedisError(.protocolViolation, "a reply is larger than \(maxReplyBytes) bytes")
        }
        let status = bytes.withUnsafeReadableBytes { dash_reader_feed(reader, $0.baseAddress, $0.count) }
        guard status == REDIS_OK else { throw RedisError(.outOfMemory, "no memory for a reply") }
    }

    /// The next whole reply, or `nil` if more bytes are needed.
    func next() throws(RedisError) -> RESPValue? {
        var reply: UnsafeMutableRawPointer?
        // hiredis' own text quotes the bytes that it stumbled over, so it stays here.
        guard dash_reader_next(reader, &reply) == REDIS_OK else {
            throw RedisError(.protocolViolation, "the server sent something that is not RESP2")
        }
        guard let reply else { return nil }
        defer { dash_reply_free(reply) }
        partial = 0
        return try Self.value(reply)
    }

    /// Copies a reply out. hiredis limits the depth (7 levels or 9), so the recursion is bounded.
    private static func value(_ reply: UnsafeRawPointer) throws(RedisError) -> RESPValue {
        switch dash_reply_type(reply) {
        case REDIS_REPLY_STRING: return .bulk(ByteBuffer(bytes: bytes(reply)))
        case REDIS_REPLY_STATUS: return .simple(String(decoding: bytes(reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: return .error(String(decoding: bytes(reply), as: UTF8.self))
        case REDIS_REPLY_INTEGER: return .integer(dash_reply_integer(reply))
        case REDIS_REPLY_NIL: return .null
        case REDIS_REPLY_ARRAY:
            var elements: [RESPValue] = []
            elements.reserveCapacity(dash_reply_count(reply))
            for index in 0..<dash_reply_count(reply) {
                guard let element = dash_reply_element(reply, index) else { continue }
                elements.append(try value(element))
            }
            return .array(elements)
        // hiredis 1.2 also reads RESP3, which we never ask for.
        default: throw RedisError(.protocolViolation, "the server sent something that is not RESP2")
        }
    }

    private static func bytes(_ reply: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: dash_reply_bytes(reply), count: dash_reply_length(reply))
    }
}
