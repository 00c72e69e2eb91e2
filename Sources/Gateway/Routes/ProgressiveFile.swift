import Contracts
import HTTPTypes
import Hummingbird

/// `format=mp4`: one response that is a fragmented MP4 of one quality, from any start, for plain `<video src>` and downloads.
///
/// The init fragment and then the film's fragments one after the other, made while they are taken. Its length is not known, so
/// it has no ranges: a player seeks by asking anew with `start=`.
struct ProgressiveFile: Sendable {
    let parts: GatewayParts
    let film: StreamID
    let info: FilmInfo
    /// The video rendition: `720p`.
    let variant: String
    /// Seconds; it begins with the segment that is shown then.
    let start: Double
    /// Told how many bytes went out.
    let meter: @Sendable (Int) -> Void

    private static let initialization = -1

    func response(_ request: Request, _ context: GatewayContext) async throws -> Response {
        var headers: HTTPFields = [
            .contentType: "video/mp4", .acceptRanges: "none", .cacheControl: "no-store",
        ]
        headers[.xQuality] = variant
        if request.method == .head {
            var response = Response(status: .ok, headers: headers)
            response.headers[.contentLength] = nil
            return response
        }
        guard start * Double(FilmGrid.ticksPerSecond) < Double(info.grid.duration) else {
            throw APIError(.badRequest, "bad_start", "start= lies behind the film's end.")
        }
        let usage = parts.usage(film, FilmOffer(info: info, maximum: parts.settings.maximumQuality))
        let sender = PieceSender(
            parts: parts, film: film, version: info.version, rendition: variant + FilmOffer.fileSuffix,
            waiter: context.waiter, count: { usage.sent(variant, $0, bytes: $1, $2) }, meter: meter)
        let first = info.grid.segment(atSeconds: start)
        let last = info.grid.segmentCount - 1
        // Both are here before the response begins, so that what is wrong can still be said.
        async let fragment = sender.piece(first)
        let head = try await sender.piece(Self.initialization)
        let source = try await fragment.source
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await writer.write(head.bytes)
                try await sender.send(first...last, to: &writer, first: source)
                try await writer.finish(nil)
            })
    }
}
