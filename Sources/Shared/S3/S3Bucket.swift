/// Which bucket, where, and how it is addressed. Pure: it makes URLs, requests are `S3Client`'s.
public struct S3Bucket: Sendable {
    public enum Addressing: String, Sendable, CaseIterable {
        /// `https://endpoint/bucket/key`
        case path
        /// `https://bucket.endpoint/key`
        case virtual
    }

    /// Objects lie below it; empty or without slashes at its ends.
    public let prefix: String
    let name: String
    let region: String
    let addressing: Addressing
    /// `https://host[:port]`
    let endpoint: String
    /// Where viewers reach it, if that is elsewhere.
    let publicEndpoint: String
    let credentials: S3Credentials

    /// - Parameters:
    ///   - endpoint: `http(s)://host[:port]` without anything behind it.
    ///   - publicEndpoint: the same for presigned URLs; `nil`: `endpoint`.
    public init(
        name: String, prefix: String, region: String, addressing: Addressing, endpoint: String,
        publicEndpoint: String? = nil, credentials: S3Credentials
    ) {
        self.name = name
        self.prefix = prefix
        self.region = region
        self.addressing = addressing
        self.endpoint = endpoint
        self.publicEndpoint = publicEndpoint ?? endpoint
        self.credentials = credentials
    }

    /// The object's key for a name below the prefix.
    public func key(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix)/\(name)" }

    /// What `key` was made from; `nil` if it is not below the prefix.
    public func name(ofKey key: String) -> String? {
        guard !prefix.isEmpty else { return key }
        return key.hasPrefix("\(prefix)/") ? String(key.dropFirst(prefix.utf8.count + 1)) : nil
    }

    /// Makes URLs of this bucket's objects for everybody; see `S3Presigner`.
    public func presigner(now: Int64, lasting seconds: Int) -> S3Presigner {
        S3Presigner(self, now: now, lasting: seconds)
    }

    /// What presigned URLs begin with: `https://host[:port]`.
    public var publicOrigin: String { place(at: publicEndpoint, key: nil).origin }

    struct Place {
        /// `https://host[:port]`
        let origin: String
        /// As the Host header says it.
        let host: String
        /// Not encoded.
        let path: String
    }

    /// - Parameter key: `nil`: the bucket itself.
    func place(at endpoint: String? = nil, key: String?) -> Place {
        let endpoint = endpoint ?? self.endpoint
        let separator = endpoint.firstRange(of: "://")
        let scheme = separator.map { String(endpoint[..<$0.lowerBound]) } ?? "https"
        let server = separator.map { String(endpoint[$0.upperBound...]) } ?? endpoint
        switch addressing {
        case .path:
            return Place(origin: "\(scheme)://\(server)", host: server, path: "/\(name)" + (key.map { "/\($0)" } ?? ""))
        case .virtual:
            let host = "\(name).\(server)"
            return Place(origin: "\(scheme)://\(host)", host: host, path: "/\(key ?? "")")
        }
    }
}
