import FoundationEssentials
import NIOCore

/// Reads a folder of web files into memory, once. Only names that are plain and types that a page needs are taken.
enum WebFolder {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Bounds: far above what the player has, far below what would hurt.
    static let maximumFiles = 500
    static let maximumBytes = 32 << 20

    /// Contents by path below `folder` (`app/main.js`). Blocking: for the start only.
    /// - Parameter names: if given, only these.
    static func read(_ folder: String, only names: Set<String>? = nil) throws -> [String: ByteBuffer] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
            isPlain(path) && WebFile.contentType(of: path) != nil && names?.contains(path) ?? true
        }
        guard paths.count <= maximumFiles else {
            throw Failure(description: "\(folder) holds more than \(maximumFiles) files")
        }
        var files: [String: ByteBuffer] = [:]
        var total = 0
        for path in paths {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(path)") else { continue }
            total += data.count
            guard total <= maximumBytes else { throw Failure(description: "\(folder) holds more than 32 MiB") }
            files[path] = ByteBuffer(bytes: data)
        }
        return files
    }

    /// Letters, digits, `-`, `_` and `.` in names that do not begin with a dot.
    static func isPlain(_ path: String) -> Bool {
        path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            part.first != "." && !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                        || [0x2d, 0x2e, 0x5f].contains(byte)
                }
        }
    }
}
