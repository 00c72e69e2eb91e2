import Crypto

/// AWS Signature Version 4 for S3, as the S3 documentation describes it ("Signature Calculations for the Authorization
/// Header", "Authenticating Requests: Using Query Parameters"). Pure. libcurl's own differs between versions (MEDIA.md §6).
struct SigV4: Sendable {
    /// What is signed of a request.
    struct Request: Sendable {
        var method = "GET"
        /// Not encoded; begins with `/`. S3 encodes it once.
        var path: String
        /// Not encoded.
        var query: [(name: String, value: String)] = []
        /// Every one is signed; `host` must be among them.
        var headers: [(name: String, value: String)]
        /// Hex of the body's SHA-256, or `unsigned`.
        var payloadHash = SigV4.unsigned
    }

    static let unsigned = "UNSIGNED-PAYLOAD"
    private static let algorithm = "AWS4-HMAC-SHA256"

    let credentials: S3Credentials
    let region: String

    /// The value of the Authorization header.
    func authorization(_ request: Request, at date: S3Date) -> String {
        let signature = sign(request, at: date)
        let names = Self.canonicalHeaders(request).map(\.name).joined(separator: ";")
        return
            "\(Self.algorithm) Credential=\(credentials.accessKey)/\(scope(date)),SignedHeaders=\(names),Signature=\(signature)"
    }

    /// What the query of a URL says that works without headers for `seconds` (at most 7 days) from `date` on; but the signature.
    /// - Parameter signedHeaders: lower case, with `;` in between.
    func presignedItems(at date: S3Date, seconds: Int, signedHeaders: String) -> [(name: String, value: String)] {
        [
            ("X-Amz-Algorithm", Self.algorithm), ("X-Amz-Credential", "\(credentials.accessKey)/\(scope(date))"),
            ("X-Amz-Date", date.stamp), ("X-Amz-Expires", String(seconds)), ("X-Amz-SignedHeaders", signedHeaders),
        ] + (credentials.sessionToken.map { [("X-Amz-Security-Token", $0)] } ?? [])
    }

    static func hash(_ bytes: [UInt8]) -> String { S3Encoding.hex(SHA256.hash(data: bytes)) }

    private func scope(_ date: S3Date) -> String { "\(date.day)/\(region)/s3/aws4_request" }

    private func sign(_ request: Request, at date: S3Date) -> String {
        Self.signature("\(preamble(date))\n\(Self.hash(Array(Self.canonical(request).utf8)))", key(date))
    }

    /// What is signed, without the hash of the request at its end.
    func preamble(_ date: S3Date) -> String { "\(Self.algorithm)\n\(date.stamp)\n\(scope(date))" }

    /// Good for one day.
    func key(_ date: S3Date) -> SymmetricKey {
        [date.day, region, "s3", "aws4_request"].reduce(SymmetricKey(data: Array("AWS4\(credentials.secretKey)".utf8)))
        {
            SymmetricKey(data: Self.code($1, $0))
        }
    }

    static func signature(_ text: String, _ key: SymmetricKey) -> String { S3Encoding.hex(code(text, key)) }

    private static func code(_ text: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }

    static func canonical(_ request: Request) -> String {
        let headers = canonicalHeaders(request)
        return [
            request.method, S3Encoding.encode(request.path, keepsSlash: true), S3Encoding.query(request.query),
            headers.map { "\($0.name):\($0.value)\n" }.joined(), headers.map(\.name).joined(separator: ";"),
            request.payloadHash,
        ].joined(separator: "\n")
    }

    private static func canonicalHeaders(_ request: Request) -> [(name: String, value: String)] {
        request.headers.map { (name: $0.name.lowercased(), value: $0.value) }.sorted { $0.name < $1.name }
    }
}
