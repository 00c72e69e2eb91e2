import Foundation
import Media

/// A file as a byte source, read as fast as it is asked for.
final class FileSource: ByteSource {
    private let handle: FileHandle

    init(path: String) throws {
        handle = try FileHandle(forReadingFrom: URL(filePath: path))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let data = try handle.read(upToCount: buffer.count) ?? Data()
        buffer.copyBytes(from: data)
        return data.count
    }
}
