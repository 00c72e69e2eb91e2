import Glibc

/// An open file, read at any place. Reads block: only for `Provider.files`. May be shared by threads (`pread` keeps no place).
final class FilmFile: Sendable {
    private let descriptor: CInt

    init(path: String) throws(FilmFileError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FilmFileError(code: errno) }
    }

    deinit { close(descriptor) }

    static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// Up to `count` bytes; fewer only at the end of the file.
    func read(at offset: Int64, count: Int) throws(FilmFileError) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
        }
        guard !bytes.isEmpty || count == 0 else { throw FilmFileError(code: errno) }
        return bytes
    }
}

struct FilmFileError: Error {
    let code: CInt
}
