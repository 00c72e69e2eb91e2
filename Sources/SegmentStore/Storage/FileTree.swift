import Contracts
import FoundationEssentials
import NIOCore
import NIOFoundationEssentialsCompat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The files of `FileStorage`, by blocking calls: only on its threads.
///
/// A segment is written to `.writing/`, forced to the disk and renamed to its place, so that a name never stands for half of
/// it. `.writing/` is emptied at start.
struct FileTree: Sendable {
    private static let temporary = ".writing"
    /// Entries after which a page ends, with the film that is being listed.
    private static let pageSize = 2000

    let root: String
    let minimumFree: Int64

    func prepare() throws(StorageError) {
        let temporary = "\(root)/\(Self.temporary)"
        do {
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
            for name in try FileManager.default.contentsOfDirectory(atPath: temporary) {
                unlink("\(temporary)/\(name)")
            }
        } catch {
            throw StorageError(.refused, "the directory of SEGMENT_STORE_URL cannot be made or read")
        }
    }

    func write(_ bytes: ByteBuffer, to segment: StoredSegment) throws(StorageError) {
        guard (1...StorageError.largestSegment).contains(bytes.readableBytes) else {
            throw StorageError(.badSegment, "a segment of \(bytes.readableBytes) bytes is not stored")
        }
        guard try freeBytes() >= Int64(bytes.readableBytes) else {
            throw StorageError(.full, "the disk has no more room than SEGMENT_STORE_MIN_FREE leaves to others")
        }
        let temporary = "\(root)/\(Self.temporary)/\(UUID().uuidString)"
        do {
            try writeDurably(bytes, to: temporary)
            try move(temporary, to: segment)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    func read(_ segment: StoredSegment) throws(StorageError) -> ByteBuffer? {
        let path = path(segment)
        do {
            return ByteBuffer(data: try Data(contentsOf: URL(filePath: path)))
        } catch {
            // Gone is an answer; unreadable is not.
            guard access(path, F_OK) == 0 else { return nil }
            throw StorageError(.failed, "a stored segment cannot be read")
        }
    }

    func remove(_ segments: some Collection<StoredSegment>) throws(StorageError) {
        for segment in segments where unlink(path(segment)) != 0 && errno != ENOENT {
            throw Self.failure("a stored segment cannot be deleted")
        }
        // Directories that are empty now; the others stay.
        for group in Set(segments.map(\.group)) {
            rmdir("\(root)/\(group)")
            rmdir("\(root)/\(group.stream)/\(group.version)")
            rmdir("\(root)/\(group.stream)")
        }
    }

    /// - Returns: bytes above the floor; 0 if it is reached.
    func freeBytes() throws(StorageError) -> Int64 {
        var info = statvfs()
        var answer = statvfs(root, &info)
        if answer != 0, errno == ENOENT {
            // The disk came later than we did.
            try prepare()
            answer = statvfs(root, &info)
        }
        guard answer == 0 else { throw Self.failure("the disk does not say how much room it has") }
        return max(0, Int64(info.f_bavail) * Int64(info.f_frsize) - minimumFree)
    }

    // MARK: Listing

    /// Throws rather than to show nothing: what is not listed counts as gone.
    func list(after token: String?) throws(StorageError) -> StoragePage {
        guard access("\(root)/\(Self.temporary)", F_OK) == 0 else {
            throw StorageError(.failed, "the directory of SEGMENT_STORE_URL is not there, or its disk is not mounted")
        }
        var page = StoragePage()
        var films = try names(in: root).filter { StreamID($0) != nil && $0 > token ?? "" }[...]
        while page.entries.count < Self.pageSize, let film = films.popFirst() {
            for version in try names(in: "\(root)/\(film)") {
                for rendition in try names(in: "\(root)/\(film)/\(version)") {
                    let folder = "\(film)/\(version)/\(rendition)"
                    page.entries += try names(in: "\(root)/\(folder)").compactMap { entry("\(folder)/\($0)") }
                }
            }
            page.next = films.isEmpty ? nil : film
        }
        return page
    }

    /// `nil` for what is no segment of ours; it is left alone.
    private func entry(_ path: String) -> StoragePage.Entry? {
        var info = stat()
        guard let segment = StoredSegment(path: path), stat("\(root)/\(path)", &info) == 0, info.st_size > 0 else {
            return nil
        }
        #if canImport(Darwin)
            let seconds = info.st_mtimespec.tv_sec
        #else
            let seconds = info.st_mtim.tv_sec
        #endif
        return StoragePage.Entry(segment: segment, byteCount: Int64(info.st_size), modified: Int64(seconds) * 1000)
    }

    /// In order. What is no directory, or is gone meanwhile, is empty.
    private func names(in directory: String) throws(StorageError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        } catch {
            var info = stat()
            let isDirectory = stat(directory, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
            guard isDirectory else { return [] }
            throw StorageError(.failed, "a directory of stored segments cannot be read")
        }
    }

    // MARK: Writing

    private func path(_ segment: StoredSegment) -> String { "\(root)/\(segment.path)" }

    private func writeDurably(_ bytes: ByteBuffer, to path: String) throws(StorageError) {
        var file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if file < 0, errno == ENOENT {
            // The disk came later than we did.
            try prepare()
            file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        }
        guard file >= 0 else { throw Self.failure("no file can be made") }
        defer { close(file) }
        var rest = bytes.readableBytesView
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw Self.failure("a segment cannot be written") }
            rest = rest.dropFirst(max(0, count))
        }
        guard fsync(file) == 0 else { throw Self.failure("a segment cannot be written") }
    }

    private func move(_ temporary: String, to segment: StoredSegment) throws(StorageError) {
        if rename(temporary, path(segment)) == 0 { return }
        guard errno == ENOENT else { throw Self.failure("a segment cannot be put in its place") }
        do {
            try FileManager.default.createDirectory(
                atPath: "\(root)/\(segment.group)", withIntermediateDirectories: true)
        } catch {
            throw Self.failure("no directory can be made")
        }
        guard rename(temporary, path(segment)) == 0 else { throw Self.failure("a segment cannot be put in its place") }
    }

    /// From `errno`.
    private static func failure(_ message: String) -> StorageError {
        switch errno {
        case ENOSPC, EDQUOT, EFBIG: StorageError(.full, "the disk is full")
        case EACCES, EPERM, EROFS: StorageError(.refused, "\(message): the disk refuses it")
        default: StorageError(.failed, "\(message): \(String(cString: strerror(errno)))")
        }
    }
}

/// `write` of the C library: inside of `FileTree` the name means something else.
private let systemWrite = write
