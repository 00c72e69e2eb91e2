import FoundationEssentials
import Runtime

/// Where the web player lies.
///
/// | variable | default | meaning |
/// | --- | --- | --- |
/// | `WEB_DIR` | `Web` here or beside the executable | the player's files; without them there is no page at `/` |
/// | `WEB_VENDOR_DIR` | `.dash/web/videojs/8.23.9` here, or `vendor` in `WEB_DIR` | Video.js: `video.min.js`, `video-js.min.css` |
struct WebSettings: Sendable, Equatable {
    /// `nil`: none found, and none asked for.
    var folder: String?
    var vendor: String?

    private static let pinned = "videojs/8.23.9"

    init() {}

    init(_ settings: Settings) throws(SettingsError) {
        folder = try Self.folder("WEB_DIR", settings, usual: ["Web", "\(Self.executableFolder)/Web"])
        let below = folder.map { ["\($0)/vendor"] } ?? []
        vendor = try Self.folder(
            "WEB_VENDOR_DIR", settings,
            usual: [".dash/web/\(Self.pinned)", "\(Self.executableFolder)/\(Self.pinned)"] + below)
    }

    /// What was named must be there; of the usual places the first that is.
    private static func folder(
        _ name: String, _ settings: Settings, usual: [String]
    ) throws(SettingsError) -> String? {
        guard let named = settings.raw(name) else { return usual.first(where: isFolder) }
        guard isFolder(named) else {
            throw SettingsError(name, value: named, expected: "a folder that is there", example: "/srv/dash/Web")
        }
        return named
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }

    private static var executableFolder: String {
        let parts = (CommandLine.arguments.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
    }
}
