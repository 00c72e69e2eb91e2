import Contracts
import HTTPTypes
import Hummingbird

/// `/api/hls/live-8/<capability>/720p/<epoch>-<sequence>.ts`: bytes from memory, or from the media Redis once.
///
/// The path is the same for all viewers of a stream, so shared caches work; query strings change nothing.
struct SegmentRoutes: Sendable {
    let parts: GatewayParts

    static let contentType = "video/mp2t"
    /// Seconds that a segment stays fetchable: ten segments of 4 s and three target durations (DESIGN §6).
    private static let lifetime = 52

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            // `item` is the capability: the router wants one name for one place in the path.
            router.on("/api/hls/:streamId/:item/:rendition/:file", method: method) { try await segment($0, $1) }
        }
    }

    private func segment(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let stream = try LiveRequest.stream(context)
        guard stream.kind == .live else { throw APIError.notFound }
        let name = try SegmentName(
            stream: stream, rendition: context.parameters.get("rendition") ?? "",
            file: context.parameters.get("file") ?? "")
        guard try await parts.secret.admits(context.parameters.get("item") ?? "", to: stream, epoch: name.epoch)
        else {
            throw APIError(
                .forbidden, "bad_capability",
                "This address does not open this channel's segments; load its playlist again.")
        }
        var headers: HTTPFields = [.cacheControl: "public, max-age=\(Self.lifetime), immutable", .eTag: name.etag]
        if ETagList.contains(request.headers[.ifNoneMatch], name.etag) {
            return Response(status: .notModified, headers: headers)
        }
        guard let answer = try await parts.segments.bytes(of: name) else {
            throw APIError(.notFound, "segment_gone", "This segment has left the window, or never was.")
        }
        if request.method == .get {
            parts.usage.segment(
                stream, rendition: name.rendition, bytes: answer.bytes.readableBytes, from: answer.source)
        }
        headers[.contentType] = Self.contentType
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: answer.bytes))
    }
}
