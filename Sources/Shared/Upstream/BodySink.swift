/// What happens to body bytes of the final response. Called on the thread that drives the transfer.
protocol BodySink: AnyObject {
    /// The final head is there; `false`: it is enough, end the transfer here.
    func begin(_ head: UpstreamHead) -> Bool
    func receive(_ bytes: UnsafeRawBufferPointer) -> BodyVerdict
}

enum BodyVerdict {
    /// Taken; go on.
    case taken
    /// Nothing taken: offer the same bytes again once the transfer is resumed.
    case full
    /// That is all that was wanted: end the transfer, it has succeeded.
    case enough
    /// The body breaks a limit: end the transfer with this error.
    case refused(UpstreamError)
}

/// Keeps the body in memory, up to a limit, as its request wants it.
final class BodyCollector: BodySink {
    private let wanted: UpstreamRequest.Body
    private(set) var bytes: [UInt8] = []

    init(_ wanted: UpstreamRequest.Body) { self.wanted = wanted }

    func begin(_ head: UpstreamHead) -> Bool {
        if case .prefix(let limit) = wanted { return limit > 0 }
        return true
    }

    func receive(_ chunk: UnsafeRawBufferPointer) -> BodyVerdict {
        switch wanted {
        case .whole(let limit):
            guard bytes.count + chunk.count <= limit else {
                return .refused(UpstreamError(.tooLarge, "the body is larger than \(limit) bytes"))
            }
            bytes.append(contentsOf: chunk)
            return .taken
        case .prefix(let limit):
            bytes.append(contentsOf: chunk.prefix(limit - bytes.count))
            return bytes.count < limit ? .taken : .enough
        }
    }
}
