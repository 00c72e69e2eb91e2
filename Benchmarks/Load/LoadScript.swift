import NIOCore

/// What one simulated client does: it asks, gets its answer, and decides what to ask for next and when.
protocol LoadScript: Sendable {
    /// The next request.
    /// - Parameters:
    ///   - answer: to the last one; `nil` before the first.
    ///   - now: seconds on the machine's monotonic clock.
    mutating func next(after answer: LoadAnswer?, at now: Double) -> LoadRequest
}

struct LoadRequest: Sendable {
    enum Kind: Int, CaseIterable, Sendable { case master, playlist, segment }

    let kind: Kind
    let path: String
    /// When it is to be sent, on the monotonic clock; its answer's time counts from here, also if the client is late.
    let due: Double
}

struct LoadAnswer: Sendable {
    let kind: LoadRequest.Kind
    let status: Int
    /// Empty for segments, whose bytes are only counted.
    let body: ByteBuffer
}
