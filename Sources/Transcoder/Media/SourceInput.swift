import CLibav

/// Joins a `ByteSource` to libavformat's byte stream.
///
/// Owns the AVIOContext and its buffer. libav holds an unretained pointer to this object, so its owner (the demuxer)
/// closes the container first. One thread at a time: the demuxer's.
final class SourceInput {
    let context: UnsafeMutablePointer<AVIOContext>
    private let source: any ByteSource
    private var position: Int64 = 0
    private var error: (any Error)?

    /// One read of the source. Small enough that a slow stream is not held back, large enough for few calls.
    private static let bufferSize = 64 << 10

    init(source: any ByteSource) throws {
        self.source = source
        let buffer = try LibavError.allocated(av_malloc(Self.bufferSize), "av_malloc")
        guard
            let context = avio_alloc_context(
                buffer.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), 0, nil, readBytes, nil,
                source.isSeekable ? seekBytes : nil)
        else {
            av_free(buffer)
            throw LibavError(.outOfMemory, in: "avio_alloc_context")
        }
        self.context = context
        context.pointee.opaque = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.seekable = source.isSeekable ? AVIO_SEEKABLE_NORMAL : 0
    }

    deinit {
        // libav may have replaced the buffer that was given to it (MEDIA.md §5).
        av_free(context.pointee.buffer)
        var owned: UnsafeMutablePointer<AVIOContext>? = context
        avio_context_free(&owned)
    }

    var hasError: Bool { error != nil }

    /// What the source threw since the last call.
    func takeError() -> (any Error)? {
        defer { error = nil }
        return error
    }

    fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int32 {
        if error != nil { return dash_error_exit() }
        do {
            let count = try source.read(into: buffer)
            position += Int64(count)
            return count > 0 ? Int32(count) : dash_error_eof()
        } catch {
            self.error = error
            return dash_error_exit()
        }
    }

    fileprivate func seek(offset: Int64, whence: Int32) -> Int64 {
        if whence & AVSEEK_SIZE != 0 { return source.size ?? -1 }
        let target: Int64
        switch whence & ~AVSEEK_FORCE {
        case SEEK_SET: target = offset
        case SEEK_CUR: target = position + offset
        case SEEK_END:
            guard let size = source.size else { return -1 }
            target = size + offset
        default: return -1
        }
        do {
            guard target >= 0, try source.seek(to: target) else { return -1 }
            position = target
            return target
        } catch {
            self.error = error
            return Int64(dash_error_exit())
        }
    }
}

private func readBytes(_ opaque: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32)
    -> Int32
{
    guard let opaque, let bytes, count > 0 else { return dash_error_invalid_argument() }
    let input = Unmanaged<SourceInput>.fromOpaque(opaque).takeUnretainedValue()
    return input.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: Int(count)))
}

private func seekBytes(_ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32) -> Int64 {
    guard let opaque else { return -1 }
    return Unmanaged<SourceInput>.fromOpaque(opaque).takeUnretainedValue().seek(offset: offset, whence: whence)
}
