import FoundationEssentials

/// A small file that says which version of a set a folder holds, written when all of it is there.
struct MediaStamp {
    let folder: String
    let name: String
    let version: String

    private var path: String { folder + "/" + name }

    var exists: Bool { FileManager.default.fileExists(atPath: path) }
    var isCurrent: Bool { (try? Data(contentsOf: URL(filePath: path))) == Data(version.utf8) }
    func write() throws { try Data(version.utf8).write(to: URL(filePath: path), options: .atomic) }
}
