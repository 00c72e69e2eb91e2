import Runtime

/// Settings of storage. Without `SEGMENT_STORE_URL` nothing is stored, and every segment is made when somebody wants it.
///
/// | variable | default | range | meaning |
/// | --- | --- | --- | --- |
/// | `SEGMENT_STORE_URL` | none | `file:///…`, `s3://bucket/prefix` | where segments are kept |
/// | `SEGMENT_STORE_MAX_BYTES` | 10G | 1M to 1024T | bytes of all segments together |
/// | `SEGMENT_STORE_MIN_FREE` | 256M | 0 to 1T | bytes of the disk that are left to others |
/// | `SEGMENT_CACHE_TTL` | 30 d | 1 h to 365 d | the longest that a popular film's segments are kept unused |
struct StorageSettings: Sendable {
    enum Place: Sendable, Equatable {
        /// An absolute path.
        case directory(String)
        case bucket
    }

    let place: Place?
    let maximumBytes: Int64
    let minimumFree: Int64
    let longestLife: Duration
    /// Whose pages may read a bucket's objects (`CORS_ORIGINS`).
    let origins: [String]
    /// Time between two rounds of keeping: six times `REAP_INTERVAL`.
    let interval: Duration

    init(_ settings: Settings) throws(SettingsError) {
        place = try Self.place(settings)
        maximumBytes = try settings.bytes("SEGMENT_STORE_MAX_BYTES", default: 10 << 30, range: 1 << 20...1 << 50)
        minimumFree = try settings.bytes("SEGMENT_STORE_MIN_FREE", default: 256 << 20, range: 0...1 << 40)
        longestLife = try settings.duration(
            "SEGMENT_CACHE_TTL", default: .seconds(2_592_000), range: .seconds(3600)...(.seconds(31_536_000)))
        origins = try settings.list("CORS_ORIGINS", default: ["*"], example: "https://app.example.com")
        // Reading the whole index is dearer than reaping.
        interval =
            try settings.duration(
                "REAP_INTERVAL", default: .seconds(10), range: .milliseconds(100) ... .seconds(300)) * 6
    }

    private static func place(_ settings: Settings) throws(SettingsError) -> Place? {
        let name = "SEGMENT_STORE_URL"
        guard settings.raw(name) != nil else { return nil }
        let example = "file:///var/lib/dash/segments"
        let url = try settings.url(name, schemes: ["file", "s3"], example: example)
        guard url.lowercased().hasPrefix("file://") else { return .bucket }
        var path = String(url.dropFirst("file://".count))
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard path.hasPrefix("/"), path != "/", !path.contains("%") else {
            throw SettingsError(name, value: url, expected: "a directory of its own, as a plain path", example: example)
        }
        return .directory(path)
    }
}
