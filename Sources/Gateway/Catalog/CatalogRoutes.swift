import Contracts
import HTTPTypes
import Hummingbird

/// `/api/catalog/…`: lists from memory, with search, paging and categories; details of one film or series through the
/// TokenService.
struct CatalogRoutes: Sendable {
    /// Lists and details may be kept by the viewer's own browser for so long, and are then asked for with their tag.
    private static let cacheControl = "private, max-age=60"
    /// How long a request waits for the provider's word on one title.
    private static let patience = Duration.seconds(10)

    private let catalog: Catalog
    private let metadata: MetadataRequester
    private let held: HeldRequests

    init(parts: GatewayParts) {
        catalog = parts.catalog
        metadata = parts.metadata
        held = parts.held
    }

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            for kind in CatalogKind.allCases {
                router.on(RouterPath("/api/catalog/\(kind.rawValue)"), method: method) {
                    let query = try CatalogQuery($0)
                    return try await list(kind, $0, $1) { CatalogPage($0, query) }
                }
                router.on(RouterPath("/api/catalog/\(kind.rawValue)/categories"), method: method) {
                    try await list(kind, $0, $1) { CatalogCategories($0) }
                }
            }
            router.on("/api/catalog/vod/:id", method: method) { try await film($0, $1) }
            router.on("/api/catalog/series/:id", method: method) { try await series($0, $1) }
        }
    }

    // MARK: Lists

    private func list(
        _ kind: CatalogKind, _ request: Request, _ context: GatewayContext,
        _ render: (CatalogIndex) -> some Encodable
    ) async throws -> Response {
        let known = request.method == .head ? catalog.peek(kind) : nil
        // HEAD starts nothing: without a list in memory nothing is known of the answer.
        if request.method == .head, known == nil { return JSONAnswer.unknownYet }
        let index: CatalogIndex
        if let known { index = known } else { index = try await catalog.list(kind, request: context.requestID) }
        return JSONAnswer.make(
            tag: "\(kind.rawValue)-\(index.version)", for: request, cacheControl: Self.cacheControl
        ) { render(index) }
    }

    // MARK: Details

    private func film(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let id = try Self.id(context)
        guard request.method == .get else { return JSONAnswer.unknownYet }
        let answer = try await held.holding {
            try await metadata.film(id, deadline: .now + Self.patience, request: context.requestID)
        }
        return try details(of: id, .vod, answer, request) { .film($0) }
    }

    private func series(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let id = try Self.id(context)
        guard request.method == .get else { return JSONAnswer.unknownYet }
        let answer = try await held.holding {
            try await metadata.series(id, deadline: .now + Self.patience, request: context.requestID)
        }
        return try details(of: id, .series, answer, request) { .series($0) }
    }

    private func details<Value>(
        of id: Int64, _ kind: CatalogKind, _ answer: MetadataRequester.Answer<Value>, _ request: Request,
        _ subject: (Value) -> CatalogDetails.Subject
    ) throws -> Response {
        switch answer {
        case .value(let value):
            let entry = catalog.peek(kind)?.entry(id: id)
            return JSONAnswer.make(for: request, cacheControl: Self.cacheControl) {
                CatalogDetails(id: id, subject: subject(value), entry: entry)
            }
        case .failure(let reason, let retryAfter): throw APIError.film(reason, retryIn: retryAfter)
        case .unanswered: throw APIError.providerSilent
        }
    }

    private static func id(_ context: GatewayContext) throws(APIError) -> Int64 {
        let text = context.parameters.get("id") ?? ""
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let id = Int64(text)
        else {
            throw APIError(.badRequest, "bad_id", "A film or series is named by the provider's number, 1 to 18 digits.")
        }
        return id
    }
}
