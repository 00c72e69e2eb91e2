import Glibc

/// A lock file: keeps two processes from making the same files. It goes with the process, whatever ends that.
struct FolderLock {
    private let descriptor: CInt

    /// Waits for whoever holds it; ends early only by cancellation.
    static func take(_ path: String) async throws -> FolderLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LogFileError(path: path, code: errno) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            do {
                try await Task.sleep(for: .milliseconds(200))
            } catch {
                close(descriptor)
                throw error
            }
        }
        return FolderLock(descriptor: descriptor)
    }

    func release() { close(descriptor) }
}
