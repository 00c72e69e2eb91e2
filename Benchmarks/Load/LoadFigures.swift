/// What a crowd of simulated clients saw.
struct LoadFigures: Sendable {
    /// Seconds from when a request was due to its last byte, by kind, while it was measured.
    var times: [LoadRequest.Kind: Samples] = [:]
    /// Seconds by which requests were sent late: the client's own delay, which is within `times`.
    var lateness = Samples()
    var bytes = 0
    var errorCount = 0
    /// The first few.
    var errors: [String] = []
    /// Measured seconds.
    var seconds = 0.0

    var requestCount: Int { times.values.reduce(0) { $0 + $1.count } }

    func quantile(_ share: Double, of kind: LoadRequest.Kind) -> Double { times[kind]?.quantile(share) ?? .nan }

    mutating func fail(_ text: String) {
        errorCount += 1
        if errors.count < 5 { errors.append(text) }
    }
}
