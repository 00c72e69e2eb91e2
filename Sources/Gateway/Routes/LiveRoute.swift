import Contracts
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// `/api/live/:streamId?quality=&session=`: where to play a channel, as JSON; starts it in the background.
struct LiveRoute: Sendable {
    let parts: GatewayParts

    /// The state record is read in milliseconds; without it the answer says what is known anyway.
    private static let patience = Duration.milliseconds(500)

    func add(to router: Router<GatewayContext>) {
        router.on("/api/live/:streamId", method: .get) { try await live($0, $1) }
        router.on("/api/live/:streamId", method: .head) { try Self.headAnswer($0, $1) }
    }

    /// HEAD checks its input like GET and starts nothing.
    static func headAnswer(_ request: Request, _ context: GatewayContext) throws -> Response {
        _ = try LiveRequest.channel(context)
        _ = try LiveRequest.quality(request)
        _ = try PlaybackSession.given(request)
        var response = Response(status: .ok, headers: headers)
        response.headers[.contentLength] = nil
        return response
    }

    private func live(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let stream = try LiveRequest.channel(context)
        let quality = try LiveRequest.quality(request)
        let session = try await parts.access.session(for: stream, request, context)
        let view = try await PlaybackStart(parts: parts).begin(stream, session, quality, context)
        let snapshot = await firstLook(view)
        if snapshot.status?.state == .failed, case .refuse(let error) = decision(on: snapshot) { throw error }
        return try Self.answer(
            parts, request, context, stream, session, quality, snapshot, Self.token(snapshot, parts.settings))
    }

    static func answer(
        _ parts: GatewayParts, _ request: Request, _ context: GatewayContext, _ stream: StreamID,
        _ session: PlaybackSession,
        _ quality: Quality?, _ snapshot: StreamSnapshot, _ token: LiveAnswer.Token
    ) throws -> Response {
        let answer = try LiveAnswer(
            stream: stream, base: parts.address.base(of: request, context: context), session: session.text,
            asked: quality,
            choice: parts.choice, snapshot: snapshot, token: token, now: Int64(Date.now.timeIntervalSince1970 * 1_000))
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: JSONBody.encode(answer)))
    }

    /// The running owner's token; for a channel that does not run nothing is resolved before its owner needs it.
    static func token(_ snapshot: StreamSnapshot, _ settings: GatewaySettings) -> LiveAnswer.Token {
        guard let status = snapshot.status, let report = status.report, status.leaseUntil >= snapshot.redisTime() else {
            return LiveAnswer.Token(cached: false, expiresIn: Int(settings.tokenTimeToLive.components.seconds))
        }
        return LiveAnswer.Token(cached: true, expiresIn: Int(max(0, report.tokenTimeToLive - report.tokenAge) / 1_000))
    }

    private func firstLook(_ view: StreamView) async -> StreamSnapshot {
        let deadline = ContinuousClock.now + Self.patience
        var snapshot = view.snapshot
        while snapshot.status == nil, .now < deadline, !view.isClosed, !Task.isCancelled {
            await view.change(after: snapshot.version, until: deadline)
            snapshot = view.snapshot
        }
        return snapshot
    }

    private func decision(on snapshot: StreamSnapshot) -> StartDecision {
        StartDecision.decide(
            StartDecision.Situation(
                snapshot: snapshot, fleet: nil, waited: .zero, arrivalEpoch: snapshot.status?.epoch ?? .max,
                timeout: parts.settings.startTimeout, now: .now))
    }

    private static let headers: HTTPFields = [
        .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
    ]
}
