import Contracts
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// `/api/epg/:streamId`: what is on a channel now and next, as the provider's guide says.
struct GuideRoute: Sendable {
    private static let patience = Duration.seconds(10)
    private static let cacheControl = "private, max-age=30"

    private let metadata: MetadataRequester
    private let held: HeldRequests

    init(parts: GatewayParts) {
        metadata = parts.metadata
        held = parts.held
    }

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/api/epg/:streamId", method: method) { try await guide($0, $1) }
        }
    }

    private func guide(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let channel = try Self.channel(context.parameters.get("streamId") ?? "")
        let limit = try Self.limit(request.uri.queryParameters["limit"].map { String($0) })
        guard request.method == .get else { return JSONAnswer.unknownYet }
        let answer = try await held.holding {
            try await metadata.guide(channel, deadline: .now + Self.patience, request: context.requestID)
        }
        switch answer {
        case .value(let guide):
            return JSONAnswer.make(for: request, cacheControl: Self.cacheControl) {
                GuideAnswer(channel, guide, at: Int64(Date.now.timeIntervalSince1970), limit: limit)
            }
        case .failure(let reason, let retryAfter): throw APIError.film(reason, retryIn: retryAfter)
        case .unanswered: throw APIError.providerSilent
        }
    }

    /// `live-8`, or `8` for short.
    private static func channel(_ text: String) throws(APIError) -> Int64 {
        let stream = StreamID(text.contains("-") ? text : "live-\(text)")
        guard let stream, stream.kind == .live, let number = Int64(stream.number) else { throw .badStreamID }
        return number
    }

    private static func limit(_ text: String?) throws(APIError) -> Int {
        guard let text, !text.isEmpty else { return 4 }
        guard text.utf8.count <= 3, let limit = Int(text), (1...GuideMetadata.most).contains(limit) else {
            throw APIError(
                .badRequest, "bad_limit", "limit= is a whole number from 1 to \(GuideMetadata.most).")
        }
        return limit
    }
}

/// The programmes that are not over, the running one first.
struct GuideAnswer: Encodable, Sendable {
    struct Programme: Encodable, Sendable {
        let title: String
        let description: String
        /// ISO 8601, UTC.
        let start: String
        let end: String
        let now: Bool
    }

    let success = true
    let streamId: String
    let programmes: [Programme]

    /// - Parameter now: seconds since 1970.
    init(_ channel: Int64, _ guide: GuideMetadata, at now: Int64, limit: Int) {
        streamId = StreamID.live(channel).description
        programmes = guide.programmes.filter { $0.end > now }.prefix(limit).map {
            Programme(
                title: $0.title, description: $0.description ?? "", start: Self.text($0.start), end: Self.text($0.end),
                now: $0.start <= now)
        }
    }

    private static func text(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
