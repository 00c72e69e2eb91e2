import Foundation

/// Finds the executables that were built together with the tests.
public enum BuiltProduct {
    /// - Parameter name: product name, for example `DemoProvider`.
    /// - Returns: its path in the build folder that the running test bundle lies in; `DASH_BUILD_DIR` overrides the folder.
    public static func path(_ name: String) throws -> String {
        let files = FileManager.default
        var folders: [String] = []
        if let folder = ProcessInfo.processInfo.environment["DASH_BUILD_DIR"] { folders.append(folder) }
        for place in CommandLine.arguments + [Bundle.main.bundlePath, Bundle.main.executablePath ?? ""] {
            var folder = URL(fileURLWithPath: place).deletingLastPathComponent()
            if place == Bundle.main.bundlePath { folder = URL(fileURLWithPath: place) }
            folders.append(folder.path)
        }
        folders += ["debug", "release"].map { files.currentDirectoryPath + "/.build/" + $0 }
        for folder in folders where files.isExecutableFile(atPath: folder + "/" + name) { return folder + "/" + name }
        throw DemoProviderFailure("\(name) is not built; run swift build first (looked in \(folders))")
    }
}
