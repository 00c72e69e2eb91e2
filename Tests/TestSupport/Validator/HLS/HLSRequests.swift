import Upstream

/// The requests of one HLS client, over its own pool of connections.
struct HLSRequests: Sendable {
    struct Answer {
        let status: Int
        let type: String?
        let retryAfter: Duration?
        let body: [UInt8]
    }

    private static let largestBody = 64 << 20
    private static let retryPause = Duration.milliseconds(300)

    private let client: UpstreamClient
    private let options: HLSClient.Options

    init(_ options: HLSClient.Options) throws {
        let everywhere = NetworkBlock.list("0.0.0.0/0,::/0") ?? []
        client = try UpstreamClient(policy: UpstreamPolicy(userAgent: "DashValidator/1", allowPrivate: everywhere))
        self.options = options
    }

    func close() async { await client.shutdown() }

    func get(_ url: UpstreamURL) async throws -> Answer {
        var request = UpstreamRequest(url)
        request.headers = options.headers.map { UpstreamHeader($0.name, $0.value) }
        request.body = .whole(limit: Self.largestBody)
        request.deadline = options.deadline
        // A redirect on a media request is a fault to be seen (Apple 8.18), not to be followed.
        request.followRedirects = false
        let response = try await client.request(request)
        return Answer(
            status: response.status, type: response.head.contentType, retryAfter: response.head.retryAfter,
            body: response.body)
    }

    /// The multivariant playlist; a server that is busy (503) or not there yet is asked again.
    func master(
        _ url: UpstreamURL, start: ContinuousClock.Instant, within patience: Duration
    ) async throws -> ([UInt8], [HLSRecording.Failure]) {
        var failures: [HLSRecording.Failure] = []
        while true {
            var pause = Self.retryPause
            do {
                let answer = try await get(url)
                if answer.status == 200 {
                    if answer.type != HLSFollower.playlistType {
                        failures.append(failure("http.type", "Content-Type \(answer.type ?? "")", start))
                    }
                    return (answer.body, failures)
                }
                let said = "\(answer.status) \(String(decoding: answer.body.prefix(300), as: UTF8.self))"
                guard answer.status == 503 || answer.status == 504 else {
                    throw HLSClient.Failed(description: "master: \(said)")
                }
                failures.append(failure("http.status", said, start))
                pause = answer.retryAfter ?? pause
            } catch let error as UpstreamError {
                failures.append(failure("http.status", error.description, start))
            }
            guard ContinuousClock.now - start + pause < patience else {
                throw HLSClient.Failed(description: "no multivariant playlist: \(failures.suffix(3))")
            }
            try await Task.sleep(for: pause)
        }
    }

    private func failure(_ rule: String, _ message: String, _ start: ContinuousClock.Instant) -> HLSRecording.Failure {
        .init(rule: rule, place: "master", message: message, time: ContinuousClock.now - start)
    }
}
