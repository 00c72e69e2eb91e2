/// Storage could not do what was asked. The message never holds a host, path, bucket or credential.
struct StorageError: Error, Equatable, CustomStringConvertible {
    /// Safe as a metric label.
    enum Code: String, Sendable {
        /// No room: the disk is full, or its floor of free space is reached.
        case full
        /// It does not answer, or answers that it is busy.
        case unavailable
        /// It refuses us: permissions, a wrong key, no such bucket.
        case refused
        /// A segment of no bytes, or of more than a segment can have.
        case badSegment = "bad_segment"
        /// The task was cancelled.
        case cancelled
        /// Anything else.
        case failed
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Storing further segments is pointless for a while.
    var stopsStoring: Bool {
        switch code {
        case .full, .unavailable, .refused, .failed: true
        case .badSegment, .cancelled: false
        }
    }

    var description: String { "storage \(code.rawValue): \(message)" }

    /// 64 MB: an *original* segment of 10 s at 50 Mb/s, which no source of ours has.
    static let largestSegment = 64 << 20
}
