import Contracts
import HTTPTypes
import Hummingbird
import NIOCore

/// Direct play through us: the provider's file as it is, by Range, in blocks that the film's one reader fetches (DESIGN §7).
///
/// Any number of viewers are one connection at the provider, and nobody kills anybody's.
struct SourceFile: Sendable {
    let parts: GatewayParts
    let film: StreamID
    let info: FilmInfo
    /// Told how many bytes went out.
    let meter: @Sendable (Int) -> Void

    /// Under which name it is counted.
    static let usage = "direct"
    private static let block = Int64(FilmPiece.sourceBlock)

    func response(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let etag = "\"\(info.version)\""
        var headers: HTTPFields = [
            .contentType: Self.contentType(info.container), .acceptRanges: "bytes", .eTag: etag,
            .cacheControl: "private, no-cache",
        ]
        if ETagList.contains(request.headers[.ifNoneMatch], etag) {
            return Response(status: .notModified, headers: headers)
        }
        let size = info.byteCount
        let range = ByteRange(request.headers[.range], ifRange: request.headers[.ifRange], etag: etag, size: size)
        let wanted: ClosedRange<Int64>
        var status = HTTPResponse.Status.ok
        switch range {
        case .unsatisfiable: return Self.unsatisfiable(size, request, context)
        case .whole:
            guard size > 0 else { throw APIError.film(nil, retryIn: 0) }
            wanted = 0...size - 1
        case .part(let part):
            wanted = part
            status = .partialContent
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound)/\(size)"
        }
        if request.method == .head {
            headers[.contentLength] = String(wanted.count)
            return Response(status: status, headers: headers)
        }
        return Response(status: status, headers: headers, body: try await body(wanted, context))
    }

    /// The first block is here before the response begins, so that what is wrong can still be said.
    private func body(_ wanted: ClosedRange<Int64>, _ context: GatewayContext) async throws -> ResponseBody {
        let usage = parts.usage(film, FilmOffer(info: info, maximum: parts.settings.maximumQuality))
        let sender = PieceSender(
            parts: parts, film: film, version: info.version, rendition: FilmPiece.source, waiter: context.waiter,
            count: { usage.sentFile(bytes: $1, $2) }, meter: meter)
        let blocks = Int(wanted.lowerBound / Self.block)...Int(wanted.upperBound / Self.block)
        let first = try await sender.piece(blocks.lowerBound).source
        return ResponseBody(contentLength: wanted.count) { writer in
            try await sender.send(blocks, to: &writer, first: first) { Self.cut($1, of: $0, to: wanted) }
            try await writer.finish(nil)
        }
    }

    /// The part of a block that lies in `wanted`; `nil` if the block is shorter than it should be.
    static func cut(_ bytes: ByteBuffer, of index: Int, to wanted: ClosedRange<Int64>) -> ByteBuffer? {
        let start = Int64(index) * block
        let from = max(0, wanted.lowerBound - start)
        let until = min(Int64(bytes.readableBytes), wanted.upperBound + 1 - start)
        guard from < until else { return nil }
        return bytes.getSlice(at: bytes.readerIndex + Int(from), length: Int(until - from))
    }

    private static func unsatisfiable(_ size: Int64, _ request: Request, _ context: GatewayContext) -> Response {
        let error = APIError(
            .rangeNotSatisfiable, "range_not_satisfiable", "The file has \(size) bytes; the range lies behind its end.")
        var response = error.response(requestID: context.requestID)
        response.headers[.contentRange] = "bytes */\(size)"
        return response
    }

    private static func contentType(_ container: FilmContainer) -> String {
        container == .mp4 ? "video/mp4" : "application/octet-stream"
    }
}
