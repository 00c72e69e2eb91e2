import Contracts
import HTTPTypes
import Hummingbird

/// Reads what every live route takes from a request; throws 400 or 404.
enum LiveRequest {
    /// `:streamId` of `/api/live/…`: `8`, or `live-8`.
    static func channel(_ context: GatewayContext) throws(APIError) -> StreamID {
        let text = context.parameters.get("streamId") ?? ""
        guard let stream = StreamID(text.hasPrefix("live-") ? text : "live-\(text)") else { throw .badStreamID }
        return stream
    }

    /// `:streamId` of `/api/hls/…`: `live-8`, `vod-1906`.
    static func stream(_ context: GatewayContext) throws(APIError) -> StreamID {
        guard let stream = StreamID(context.parameters.get("streamId") ?? "") else {
            throw APIError(.badRequest, "bad_stream_id", "A stream is named like live-8: its kind and its number.")
        }
        return stream
    }

    static func quality(_ request: Request) throws(APIError) -> Quality? {
        try QualityChoice.parse(request.uri.queryParameters["quality"].map(String.init))
    }
}
