import Contracts
import HTTPTypes
import Hummingbird

/// `/api/live/:streamId/direct?quality=`: one endless MPEG-TS response for set-top boxes and VLC.
///
/// Segments are written one after the other, each when the client has taken the one before (back-pressure of the socket).
/// A client slower than the stream skips to what the window still has. A reconnect begins at the live edge.
/// It ends before the next segment when the viewer may not watch any more.
struct DirectRoute: Sendable {
    let parts: GatewayParts

    /// Segments that a new client gets at once, so that it can start.
    private static let headStart = 3
    /// Without a new segment for so long the response ends; the client reconnects.
    private static let patience = Duration.seconds(30)

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/api/live/:streamId/direct", method: method) { try await direct($0, $1) }
        }
    }

    private func direct(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try await stream(LiveRequest.channel(context), request, context)
    }

    func stream(_ stream: StreamID, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let quality = try LiveRequest.quality(request)
        let session = try await parts.access.session(for: stream, request, context)
        var headers: HTTPFields = [.contentType: SegmentRoutes.contentType, .cacheControl: "no-store"]
        if request.method == .head {
            var response = Response(status: .ok, headers: headers)
            response.headers[.contentLength] = nil
            return response
        }
        let view = try await PlaybackStart(parts: parts).begin(stream, session, quality, context)
        let wanted = try parts.choice.variant(quality, view.snapshot.info)
        let snapshot = try await parts.gate.start(view, session: session.name, rendition: wanted)
        let rendition = try parts.choice.variant(quality, snapshot.info)
        headers[.xQuality] = rendition
        let mayGoOn = parts.access.permit(stream, session, context)
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await write(
                    view, session: session.name, rendition: rendition, while: mayGoOn,
                    meter: parts.access.meter(session, context), to: &writer)
                try await writer.finish(nil)
            })
    }

    private func write(
        _ view: StreamView, session: String, rendition: String, while mayGoOn: @Sendable () -> Bool,
        meter: @Sendable (Int) -> Void, to writer: inout any ResponseBodyWriter
    ) async throws {
        let hold = view.hold(session: session, rendition: rendition)
        defer { view.release(hold) }
        var next: Int64?
        var lastWritten = ContinuousClock.now
        while !view.isClosed, !view.hasDeparted(hold), .now - lastWritten < Self.patience {
            let snapshot = view.snapshot
            if let segment = Self.following(next, in: snapshot.tail(of: rendition)) {
                guard mayGoOn() else { return }
                next = segment.sequence + 1
                if let bytes = try await self.bytes(of: segment, view.stream, rendition) {
                    try await writer.write(bytes)
                    meter(bytes.readableBytes)
                    lastWritten = .now
                }
            } else if snapshot.hasEnded || snapshot.status?.state == .failed {
                return
            } else {
                await view.change(after: snapshot.version, until: .now + .seconds(1))
                try Task.checkCancellation()
            }
        }
    }

    /// The segment to write after `next - 1`: the oldest one left, or a few before the edge at the beginning.
    static func following(_ next: Int64?, in tail: ArraySlice<LiveSegment>) -> LiveSegment? {
        guard let next else { return tail.suffix(headStart).first }
        return tail.first { $0.sequence >= next }
    }

    private func bytes(of segment: LiveSegment, _ stream: StreamID, _ rendition: String) async throws -> ByteBuffer? {
        let name = SegmentName(
            stream: stream, rendition: segment.parts[rendition]?.substitute ?? rendition, epoch: segment.epoch,
            sequence: segment.sequence)
        // A segment that cannot be read is a gap, not the end of the response.
        guard let answer = try? await parts.segments.bytes(of: name) else { return nil }
        parts.usage.segment(
            stream, rendition: name.rendition, bytes: answer.bytes.readableBytes, from: answer.source)
        return answer.bytes
    }
}
