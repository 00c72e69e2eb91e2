import Crypto

/// Makes URLs by which anybody may GET objects of one bucket, without any header of ours.
///
/// The signing date is the beginning of the (UTC) day, so that a URL stays the same for a day and browsers cache what it leads
/// to. What all URLs of a day have in common is computed once: a film's playlist has thousands of them.
public struct S3Presigner: Sendable {
    /// When the URLs stop working, Unix ms.
    public let expiry: Int64
    private let bucket: S3Bucket
    private let query: String
    private let key: SymmetricKey
    /// What is signed before and behind the hash of the request.
    private let scope: String
    private let host: String

    /// - Parameters:
    ///   - now: Unix ms.
    ///   - seconds: from the beginning of the day on; 1 day to 7 days, the longest that S3 allows.
    init(_ bucket: S3Bucket, now: Int64, lasting seconds: Int) {
        let signer = SigV4(credentials: bucket.credentials, region: bucket.region)
        let date = S3Date.startOfDay(now)
        let seconds = min(max(seconds, 86_400), 604_800)
        self.bucket = bucket
        host = bucket.place(at: bucket.publicEndpoint, key: nil).host
        query = S3Encoding.query(
            signer.presignedItems(at: date, seconds: seconds, signedHeaders: "host"))
        key = signer.key(date)
        scope = signer.preamble(date)
        expiry = now - now % 86_400_000 + Int64(seconds) * 1000
    }

    /// - Parameter name: below the bucket's prefix.
    public func url(_ name: String) -> String {
        let place = bucket.place(at: bucket.publicEndpoint, key: bucket.key(name))
        let path = S3Encoding.encode(place.path, keepsSlash: true)
        let canonical = "GET\n\(path)\n\(query)\nhost:\(host)\n\nhost\n\(SigV4.unsigned)"
        let signature = SigV4.signature("\(scope)\n\(SigV4.hash(Array(canonical.utf8)))", key)
        return "\(place.origin)\(path)?\(query)&X-Amz-Signature=\(signature)"
    }
}
