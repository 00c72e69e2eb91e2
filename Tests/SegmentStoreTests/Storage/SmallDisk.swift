import Foundation
import TestSupport

/// A tmpfs of a few kilobytes, unmounted and removed afterwards.
enum SmallDisk {
    /// Root may mount; containers without the capability may not.
    static let isPermitted: Bool = {
        guard getuid() == 0 else { return false }
        let path = NSTemporaryDirectory() + "dash-mount-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { rmdir(path) }
        guard mount("tmpfs", path, "tmpfs", 0, "size=64k") == 0 else {
            print("the full disk is not tested: no right to mount a tmpfs here")
            return false
        }
        umount(path)
        return true
    }()

    static func with(kilobytes: Int, _ body: (String) async throws -> Void) async throws {
        try await withDirectory { directory in
            guard mount("tmpfs", directory, "tmpfs", 0, "size=\(kilobytes)k") == 0 else { throw NotMounted() }
            defer { umount2(directory, Int32(MNT_DETACH)) }
            try await body(directory)
        }
    }

    struct NotMounted: Error {}
}
