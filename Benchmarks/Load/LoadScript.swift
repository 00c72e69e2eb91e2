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

/// Asks for the same few things at a steady pace, however long the answers take.
struct PacedScript: LoadScript {
    let kind: LoadRequest.Kind
    let paths: [String]
    /// Seconds between two requests, and before the first one.
    let interval: Double
    let offset: Double
    private var count = 0
    private var start = 0.0

    init(kind: LoadRequest.Kind, paths: [String], interval: Double, offset: Double) {
        self.kind = kind
        self.paths = paths
        self.interval = interval
        self.offset = offset
    }

    mutating func next(after answer: LoadAnswer?, at now: Double) -> LoadRequest {
        if answer == nil { start = now + offset }
        defer { count += 1 }
        return LoadRequest(
            kind: kind, path: paths[count % paths.count], due: start + Double(count) * interval)
    }
}

/// Asks for the same few things, each as soon as the last one is there.
struct EagerScript: LoadScript {
    let kind: LoadRequest.Kind
    let paths: [String]
    private var count = 0

    init(kind: LoadRequest.Kind, paths: [String]) {
        self.kind = kind
        self.paths = paths
    }

    mutating func next(after answer: LoadAnswer?, at now: Double) -> LoadRequest {
        defer { count += 1 }
        return LoadRequest(kind: kind, path: paths[count % paths.count], due: now)
    }
}
