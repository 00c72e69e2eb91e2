import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// A JSON answer for a slow, metered link: compressed if the client takes it, and not sent again if it has it already (304).
enum JSONAnswer {
    private static let smallest = 500

    /// - Parameters:
    ///   - tag: stands for the answer to this address: an equal tag is an equal answer. `nil`: made from the body.
    ///   - value: only called if it has to be sent.
    static func make<Value: Encodable>(
        tag: String? = nil, for request: Request, cacheControl: String, _ value: () -> Value
    ) -> Response {
        let wantsGzip = PlaylistResponse.acceptsGzip(request.headers[.acceptEncoding])
        var headers: HTTPFields = [.cacheControl: cacheControl, .vary: "Accept-Encoding"]
        if let tag, let response = notModified(tag, request, headers) { return response }
        let body = JSONBody.encode(value())
        let tag = tag ?? Base64URL.encode(SHA256.hash(data: body.readableBytesView).prefix(9))
        if let response = notModified(tag, request, headers) { return response }
        let gzip = wantsGzip && body.readableBytes >= smallest ? Gzip.compress(body) : nil
        headers[.contentType] = "application/json; charset=utf-8"
        headers[.eTag] = gzip == nil ? "\"\(tag)\"" : "\"\(tag)-gzip\""
        if gzip != nil { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: gzip ?? body))
    }

    private static func notModified(_ tag: String, _ request: Request, _ headers: HTTPFields) -> Response? {
        let known = ["\"\(tag)\"", "\"\(tag)-gzip\""].first { ETagList.contains(request.headers[.ifNoneMatch], $0) }
        guard let known else { return nil }
        var headers = headers
        headers[.eTag] = known
        return Response(status: .notModified, headers: headers)
    }

    /// HEAD of something that only GET would look up.
    static var unknownYet: Response {
        var response = Response(
            status: .ok, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"])
        response.headers[.contentLength] = nil
        return response
    }
}
