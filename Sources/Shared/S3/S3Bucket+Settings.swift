import Runtime

extension S3Bucket {
    /// Reads `SEGMENT_STORE_URL=s3://bucket/prefix` and what belongs to it.
    ///
    /// | variable | default | meaning |
    /// | --- | --- | --- |
    /// | `S3_ENDPOINT` | AWS in `S3_REGION` | `http(s)://host[:port]` of another store |
    /// | `S3_PUBLIC_ENDPOINT` | `S3_ENDPOINT` | the same, as viewers reach it (presigned URLs) |
    /// | `S3_REGION`, `AWS_REGION` | `us-east-1` | as the store names it; R2: `auto` |
    /// | `S3_ADDRESSING` | `virtual` at AWS, else `path` | bucket as host name or in the path |
    /// | `S3_ACCESS_KEY_ID`, `AWS_ACCESS_KEY_ID` | required | |
    /// | `S3_SECRET_ACCESS_KEY`, `AWS_SECRET_ACCESS_KEY` | required | |
    /// | `AWS_SESSION_TOKEN` | none | with temporary credentials |
    public init(_ settings: Settings) throws(SettingsError) {
        let (name, prefix) = try Self.place(settings)
        let region = try Self.region(settings)
        let endpoint = try Self.endpoint(settings, "S3_ENDPOINT")
        self.init(
            name: name, prefix: prefix, region: region,
            addressing: try settings.choice("S3_ADDRESSING", default: endpoint == nil ? .virtual : .path),
            endpoint: endpoint ?? "https://s3.\(region).amazonaws.com",
            publicEndpoint: try Self.endpoint(settings, "S3_PUBLIC_ENDPOINT"),
            credentials: S3Credentials(
                accessKey: try settings.secret(Self.either(settings, "S3_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID")),
                secretKey: try settings.secret(
                    Self.either(settings, "S3_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY")),
                sessionToken: try settings.optionalSecret("AWS_SESSION_TOKEN")))
    }

    private static func place(_ settings: Settings) throws(SettingsError) -> (name: String, prefix: String) {
        let variable = "SEGMENT_STORE_URL", example = "s3://bucket/prefix"
        let url = try settings.url(variable, schemes: ["s3"], example: example)
        let rest = url.dropFirst("s3://".count)
        let name = rest.prefix { $0 != "/" }
        let prefix = rest.dropFirst(name.count).split(separator: "/").joined(separator: "/")
        let isName = (3...63).contains(name.count) && name.utf8.allSatisfy { isLower($0) || $0 == UInt8(ascii: ".") }
        let isPrefix =
            prefix.utf8.count <= 200
            && prefix.utf8.allSatisfy { isLower($0) || (0x41...0x5A).contains($0) || "._/".utf8.contains($0) }
        guard isName, isPrefix else {
            throw SettingsError(
                variable, value: url,
                expected: "a bucket's name (3 to 63 of a-z 0-9 . -) with or without a plain prefix",
                example: example)
        }
        return (String(name), prefix)
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }

    private static func region(_ settings: Settings) throws(SettingsError) -> String {
        let name = ["S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"].first { settings.raw($0) != nil } ?? "S3_REGION"
        return try settings.text(
            name, default: "us-east-1", maximumLength: 40, description: "a region's name of a-z 0-9 -"
        ) { character in character.utf8.allSatisfy { isLower($0) } }
    }

    /// Without a slash at its end; `nil` if it is not set.
    private static func endpoint(_ settings: Settings, _ name: String) throws(SettingsError) -> String? {
        guard settings.raw(name) != nil else { return nil }
        let example = "https://account.r2.cloudflarestorage.com"
        var url = try settings.url(name, schemes: ["http", "https"], example: example)
        while url.hasSuffix("/") { url.removeLast() }
        let server = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? ""
        guard !server.isEmpty, !server.contains(where: { "/?#@".contains($0) }) else {
            throw SettingsError(
                name, value: nil, expected: "scheme, host and port only (the value is not shown)", example: example)
        }
        url = url.lowercased()
        // Clients leave their scheme's own port out of the Host header, which is signed.
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")]
        where url.hasPrefix(scheme) && url.hasSuffix(port) {
            url.removeLast(port.count)
        }
        return url
    }

    private static func either(_ settings: Settings, _ first: String, _ second: String) -> String {
        settings.raw(first, isSecret: true) == nil && settings.raw(second, isSecret: true) != nil ? second : first
    }
}
