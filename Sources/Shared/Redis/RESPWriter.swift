import CHiredis
import NIOCore

/// Commands as RESP, ready to be written to a channel.
///
/// Small commands are formatted by hiredis. Commands with a large value are framed here by hand and the value is handed on
/// as it is, since hiredis would copy its megabytes twice. Not thread-safe: owned by one channel handler.
struct RESPWriter {
    /// From this many bytes on a value is passed on without a copy.
    private static let largeValue = 16 * 1024

    private var scratch: [CChar] = []
    private var lengths: [Int] = []

    /// Appends `command` to `output`: the last buffer grows, and large values stand as buffers of their own.
    mutating func write(_ command: RedisCommand, to output: inout [ByteBuffer]) throws(RedisError) {
        if output.isEmpty { output.append(ByteBuffer()) }
        if command.contains(where: { $0.size >= Self.largeValue }) {
            frame(command, to: &output)
        } else {
            try format(command, to: &output[output.count - 1])
        }
    }

    private mutating func format(_ command: RedisCommand, to output: inout ByteBuffer) throws(RedisError) {
        scratch.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        for word in command {
            let start = scratch.count
            word.withBytes { scratch.append(contentsOf: $0.bindMemory(to: CChar.self)) }
            lengths.append(scratch.count - start)
        }
        let isWritten = scratch.withUnsafeBufferPointer { text in
            var next = text.baseAddress
            var words: [UnsafePointer<CChar>?] = lengths.map { length in
                defer { next = next.map { $0 + length } }
                return next
            }
            var target: UnsafeMutablePointer<CChar>?
            let count = dash_format(&target, Int32(words.count), &words, lengths)
            guard count >= 0, let target else { return false }
            output.writeBytes(UnsafeRawBufferPointer(start: target, count: Int(count)))
            dash_format_free(target)
            return true
        }
        guard isWritten else { throw RedisError(.outOfMemory, "no memory for a command") }
    }

    private func frame(_ command: RedisCommand, to output: inout [ByteBuffer]) {
        output[output.count - 1].writeString("*\(command.count)\r\n")
        for word in command {
            output[output.count - 1].writeString("$\(word.size)\r\n")
            if case .bytes(let value) = word, value.readableBytes >= Self.largeValue {
                output.append(value)
                output.append(ByteBuffer(string: "\r\n"))
            } else {
                word.withBytes { _ = output[output.count - 1].writeBytes($0) }
                output[output.count - 1].writeString("\r\n")
            }
        }
    }
}

extension RedisArgument {
    /// Bytes on the wire, without framing.
    var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .integer(let value): String(value).utf8.count
        case .bytes(let bytes): bytes.readableBytes
        }
    }

    fileprivate func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        switch self {
        case .text(var text): text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        case .integer(let value):
            var text = String(value)
            text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        case .bytes(let bytes): bytes.withUnsafeReadableBytes(body)
        }
    }
}
