import FoundationEssentials

/// Where the made media are kept between runs.
enum DemoMediaCache {
    /// Inside the package when started from there, in the system's temporary folder otherwise.
    static var folder: String {
        let files = FileManager.default
        let here = files.currentDirectoryPath
        let name = "demo-media-\(DemoMediaSet.version)"
        if files.fileExists(atPath: here + "/Package.swift") { return here + "/.dash/" + name }
        return files.temporaryDirectory.path + "/" + name
    }
}
