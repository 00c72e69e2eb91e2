import Contracts
import Crypto
import HTTPTypes
import Hummingbird

/// `/api/images/:key?width=`: posters and logos, in a few sizes, as WebP for whoever takes it and as JPEG for others.
struct ImageRoute: Sendable {
    /// A day, and a week more while a newer one is fetched: the key stands for an address, whose picture may change.
    private static let cacheControl = "public, max-age=86400, stale-while-revalidate=604800"
    private static let usualWidth = 320
    private static let largestWidth = 10_000

    let shelf: ImageShelf
    let held: HeldRequests

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/api/images/:key", method: method) { try await image($0, $1) }
        }
    }

    private func image(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let image = try Self.name(request, context.parameters.get("key") ?? "")
        if request.method == .head, shelf.peek(image) == nil {
            var response = Response(status: .ok, headers: [.contentType: image.contentType, .cacheControl: "no-store"])
            response.headers[.contentLength] = nil
            return response
        }
        let bytes = try await held.holding { try await shelf.bytes(of: image, request: context.requestID) }
        let tag = "\"\(Base64URL.encode(SHA256.hash(data: bytes.readableBytesView).prefix(9)))\""
        var headers: HTTPFields = [.cacheControl: Self.cacheControl, .vary: "Accept", .eTag: tag]
        if ETagList.contains(request.headers[.ifNoneMatch], tag) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = image.contentType
        // It is a picture and nothing else, whatever a provider's file would like to be.
        headers[.contentTypeOptions] = "nosniff"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

    private static func name(_ request: Request, _ key: String) throws(APIError) -> ImageName {
        let text = request.uri.queryParameters["width"].map { String($0) } ?? ""
        let width = text.isEmpty ? usualWidth : Int(text) ?? 0
        guard text.utf8.count <= 5, (1...largestWidth).contains(width) else {
            throw APIError(
                .badRequest, "bad_width",
                "width= is a number of pixels; pictures come in \(ImageName.widths.map(String.init).joined(separator: ", "))."
            )
        }
        let takesWebP = (request.headers[.accept] ?? "").lowercased().contains("image/webp")
        guard let image = ImageName(key: key, width: width, format: takesWebP ? .webp : .jpeg) else {
            throw APIError.imageUnavailable
        }
        return image
    }
}

extension ImageName {
    var contentType: String { "image/\(format.rawValue)" }

    /// Where viewers get a picture from; `nil` for none.
    static func path(_ key: String?) -> String? { key.map { "/api/images/\($0)" } }
}
