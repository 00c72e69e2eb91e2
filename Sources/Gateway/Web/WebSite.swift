import Crypto
import Logging
import NIOCore

/// The web player as it is served: every file by its whole path. What is not in here does not exist, so no path leads out.
///
/// The player has no build step. All its files are served below `/app/<version>/`, the version being the hash of all of them:
/// browsers keep them for ever, and a page never mixes two versions. Three files have a fixed address and are filled in here.
struct WebSite: Sendable {
    /// By path: `/`, `/sw.js`, `/app/<version>/app/main.js`.
    let files: [String: WebFile]

    static let empty = WebSite(files: [:])

    /// What Video.js consists of for us.
    static let vendorNames: Set<String> = ["video.min.js", "video-js.min.css"]
    /// Read by everybody at a fixed address, so they are filled in and checked anew each time.
    private static let pages = ["index.html": "/", "sw.js": "/sw.js", "manifest.webmanifest": "/manifest.webmanifest"]

    private static let adminFolder = "admin/"

    /// - Parameters:
    ///   - folder: the files of `Web`, by path; those below `admin/` are the operator's page, which has addresses of its own.
    ///   - vendor: those of Video.js; empty where it is not installed: then the player says so.
    init(player folder: [String: ByteBuffer], vendor: [String: ByteBuffer]) {
        let player = folder.filter { !$0.key.hasPrefix(Self.adminFolder) }
        let version = Self.version(player)
        let vendorFolder = Self.vendorNames.isSubset(of: vendor.keys) ? "/vendor/\(Self.version(vendor))" : ""
        var files: [String: WebFile] = [:]
        for (path, bytes) in player where Self.pages[path] == nil {
            files["/app/\(version)/\(path)"] = Self.file(bytes, path, WebFile.forever)
        }
        for (path, bytes) in vendor where !vendorFolder.isEmpty {
            files["\(vendorFolder)/\(path)"] = Self.file(bytes, path, WebFile.forever)
        }
        for (path, bytes) in folder where path.hasPrefix(Self.adminFolder) {
            let address = path == Self.adminFolder + "index.html" ? "/admin" : "/\(path)"
            files[address] = Self.file(bytes, path, WebFile.checked)
        }
        let shell = files.keys.filter { $0.hasPrefix("/app/") && !$0.hasSuffix(".png") }.sorted()
        for (path, address) in Self.pages {
            guard let bytes = player[path] else { continue }
            let text = String(buffer: bytes)
                .replacing("@version@", with: version)
                .replacing("@vendor@", with: vendorFolder)
                .replacing("/*@files@*/", with: shell.map { "'\($0)'" }.joined(separator: ", "))
            files[address] = Self.file(ByteBuffer(string: text), path, WebFile.checked)
        }
        self.init(files: files)
    }

    private init(files: [String: WebFile]) { self.files = files }

    private static func file(_ bytes: ByteBuffer, _ path: String, _ cacheControl: String) -> WebFile {
        WebFile(
            bytes, contentType: WebFile.contentType(of: path) ?? "application/octet-stream", cacheControl: cacheControl)
    }

    /// A name for exactly these files: 12 characters that may stand in a path.
    static func version(_ files: [String: ByteBuffer]) -> String {
        var hash = SHA256()
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            hash.update(data: Array("\(path)\n\(bytes.readableBytes)\n".utf8))
            hash.update(data: Array(bytes.readableBytesView))
        }
        return Base64URL.encode(hash.finalize().prefix(9))
    }
}

extension WebSite {
    /// Reads both folders. A gateway without them serves the API all the same, and its log says what is missing.
    static func load(_ settings: WebSettings, logger: Logger) throws -> WebSite {
        guard let folder = settings.folder else {
            logger.warning("there is no web player here; WEB_DIR says where it is")
            return .empty
        }
        let vendor = try settings.vendor.map { try WebFolder.read($0, only: vendorNames) } ?? [:]
        if !vendorNames.isSubset(of: vendor.keys) {
            logger.warning("the web player has no Video.js: ./dash setup gets it, WEB_VENDOR_DIR says where it is")
        }
        let site = WebSite(player: try WebFolder.read(folder), vendor: vendor)
        logger.info("web player read", metadata: ["files": "\(site.files.count)", "folder": "\(folder)"])
        return site
    }
}
