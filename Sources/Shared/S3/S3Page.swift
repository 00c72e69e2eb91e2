import FoundationEssentials

/// One page of a bucket's list.
public struct S3Page: Sendable, Equatable {
    public struct Object: Sendable, Equatable {
        /// Below the bucket's prefix.
        public let name: String
        public let byteCount: Int64
        /// Unix ms.
        public let modified: Int64
    }

    public let objects: [Object]
    /// `nil`: that was the last page.
    public let next: String?

    /// Reads `ListBucketResult`. Objects that are not below the prefix are left out.
    init(_ answer: [UInt8], bucket: S3Bucket) throws(S3Error) {
        let result = S3XML(answer)
        guard result.has("ListBucketResult") else { throw S3Error(.badAnswer, "the bucket's list cannot be read") }
        objects = result.elements("Contents").compactMap { element in
            guard let key = element.text("Key"), let name = bucket.name(ofKey: key),
                let size = element.text("Size").flatMap({ Int64($0) }), size >= 0
            else { return nil }
            return Object(name: name, byteCount: size, modified: Self.milliseconds(element.text("LastModified") ?? ""))
        }
        let isTruncated = result.text("IsTruncated") == "true"
        next = isTruncated ? result.text("NextContinuationToken") : nil
        guard isTruncated == (next != nil) else { throw S3Error(.badAnswer, "the bucket's list breaks off") }
    }

    /// Unix ms of `2009-10-12T17:50:30.000Z`; 0 if it is something else.
    private static func milliseconds(_ text: String) -> Int64 {
        let whole = text.prefix { $0 != "." && $0 != "Z" } + "Z"
        guard let date = try? Date(String(whole), strategy: .iso8601) else { return 0 }
        return Int64(date.timeIntervalSince1970) * 1000
    }
}
