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

    /// A URL by which anybody may GET an object, without any header of ours.
    ///
    /// The signing date is the beginning of the (UTC) day, so that the URL stays the same for a day and browsers cache what it
    /// leads to. It works until `expiry(at:lasting:)`.
    /// - Parameters:
    ///   - name: below the prefix.
    ///   - now: Unix ms.
    ///   - seconds: from the beginning of the day on; 1 day to 7 days, the longest that S3 allows.
    public func presignedURL(_ name: String, now: Int64, lasting seconds: Int) -> String {
        let place = place(at: publicEndpoint, key: key(name))
        let request = SigV4.Request(path: place.path, headers: [("host", place.host)])
        let query = SigV4(credentials: credentials, region: region)
            .presignedQuery(request, at: .startOfDay(now), seconds: Self.bounded(seconds))
        return "\(place.origin)\(S3Encoding.encode(place.path, keepsSlash: true))?\(query)"
    }

    /// When a URL that is made at `now` stops working, Unix ms.
    public static func expiry(at now: Int64, lasting seconds: Int) -> Int64 {
        now - now % 86_400_000 + Int64(bounded(seconds)) * 1000
    }

    private static func bounded(_ seconds: Int) -> Int { min(max(seconds, 86_400), 604_800) }

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
