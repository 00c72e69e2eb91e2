import FoundationEssentials

/// A file served with Range: a film, or an episode of a series.
struct Film: Sendable {
    let id: Int64
    let name: String
    let path: String
    /// The name's extension, which is what the catalog claims the container to be.
    let container: String
    let size: Int64
    /// Seconds since 1970.
    let added: Int64

    init(id: Int64, name: String, path: String, container: String) throws {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        self.id = id
        self.name = name
        self.path = path
        self.container = container
        size = Int64(attributes[.size] as? Int ?? 0)
        added = Int64((attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)
    }

    var contentType: String {
        switch container {
        case "mp4", "m4v", "mov": "video/mp4"
        case "mkv": "video/x-matroska"
        case "avi": "video/x-msvideo"
        case "flv": "video/x-flv"
        case "ts": "video/mp2t"
        default: "application/octet-stream"
        }
    }
}
