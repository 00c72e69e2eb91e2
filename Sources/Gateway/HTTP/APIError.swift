import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// Why a request is not answered, in the one format of API.md: a sentence for a person and a stable code.
struct APIError: Error, Sendable, Equatable {
    let status: HTTPResponse.Status
    /// Stable snake_case. Safe as a metric label and in logs.
    let code: String
    /// One sentence. Never holds a provider's host, user, password or token.
    let message: String
    /// Seconds after which trying again makes sense.
    let retryAfter: Int?
    /// The known quality names, where the asked one is not among them.
    let qualities: [String]?

    init(
        _ status: HTTPResponse.Status, _ code: String, _ message: String, retryAfter: Int? = nil,
        qualities: [String]? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.qualities = qualities
    }

    private struct Body: Encodable {
        let success = false
        let error: String
        let code: String
        let requestId: String
        let qualities: [String]?
    }

    /// Head and body of the answer. Errors are never cached.
    func message(requestID: String) -> (head: HTTPResponse, body: ByteBuffer) {
        let body = JSONBody.encode(
            Body(error: message, code: code, requestId: requestID, qualities: qualities))
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"]
        headers[.contentLength] = String(body.readableBytes)
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        if status == .methodNotAllowed { headers[.allow] = "GET, HEAD, OPTIONS" }
        return (HTTPResponse(status: status, headerFields: headers), body)
    }

    func response(requestID: String) -> Response {
        let (head, body) = message(requestID: requestID)
        return Response(status: head.status, headers: head.headerFields, body: ResponseBody(byteBuffer: body))
    }
}

/// JSON answers: sorted keys, so that equal values are equal texts (and equal ETags).
enum JSONBody {
    static func encode(_ value: some Encodable) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            return ByteBuffer(
                string: #"{"success":false,"error":"The answer could not be written.","code":"internal"}"#)
        }
        return ByteBuffer(bytes: data)
    }
}
