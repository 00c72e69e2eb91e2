/// What the bucket answered, or that it did not. The message never holds a host, bucket, key or credential.
public struct S3Error: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// No such bucket.
        case noBucket = "no_bucket"
        /// A wrong key, a clock that is off, or no permission.
        case denied
        /// It is busy, broken or away; retries have been made.
        case unavailable
        /// It has no more room for us.
        case full
        /// An answer that makes no sense.
        case badAnswer = "bad_answer"
        case cancelled
    }

    public let code: Code
    public let message: String
    /// Whether the same request may succeed a little later.
    let isRetriable: Bool

    init(_ code: Code, _ message: String, isRetriable: Bool = false) {
        self.code = code
        self.message = message
        self.isRetriable = isRetriable
    }

    /// From a status that is no success, and the `Code` element of its body.
    init(status: Int, code: String?) {
        // The codes are S3's own words for what is wrong; anything longer is not one.
        let word = code.map { String($0.prefix(40)) } ?? "no code"
        switch (status, code) {
        case (_, "NoSuchBucket"): self.init(.noBucket, "the bucket does not exist")
        case (_, "QuotaExceeded"), (507, _): self.init(.full, "the bucket is full")
        case (408, _), (429, _), (500...599, _), (_, "SlowDown"), (_, "RequestTimeout"):
            self.init(.unavailable, "the bucket answers \(status) (\(word))", isRetriable: true)
        case (301, _), (307, _), (400, "AuthorizationHeaderMalformed"):
            self.init(.denied, "the bucket is in another region or needs another S3_ADDRESSING (\(status), \(word))")
        case (401, _), (403, _): self.init(.denied, "the bucket refuses us (\(status), \(word))")
        default: self.init(.badAnswer, "the bucket answers \(status) (\(word))")
        }
    }

    public var description: String { "s3 \(code.rawValue): \(message)" }
}
