import Contracts
import HTTPTypes
import Hummingbird

/// `/api/admin/viewers`: the operator lists (GET), makes (POST), changes (PUT `/:name`) and removes (DELETE `/:name`) accounts.
struct AdminViewerRoutes: Sendable {
    let access: Access
    let store: ViewerStore
    let checker: PasswordChecker

    private static let path: RouterPath = "/api/admin/viewers"
    private static let itemPath: RouterPath = "/api/admin/viewers/:name"

    private struct List: Encodable {
        let success = true
        let viewers: [ViewerAnswer]
    }

    private struct One: Encodable {
        let success = true
        let viewer: ViewerAnswer
    }

    private struct Removed: Encodable {
        let success = true
        let removed: String
    }

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] { on(router, Self.path, method) { _, _ in try await list() } }
        on(router, Self.path, .post) { request, _ in try await create(request) }
        on(router, Self.itemPath, .put) { try await change($1.parameters.get("name") ?? "", $0) }
        on(router, Self.itemPath, .delete) { try await remove($1.parameters.get("name") ?? "") }
    }

    private func on(
        _ router: Router<GatewayContext>, _ path: RouterPath, _ method: HTTPRequest.Method,
        _ body: @escaping @Sendable (Request, GatewayContext) async throws -> Response
    ) {
        router.on(path, method: method) { request, context in
            try access.adminKey.check(request, from: access.clients.address(of: context))
            return try await body(request, context)
        }
    }

    private func list() async throws -> Response {
        let viewers = try await store.list()
        let month = UsageDay(milliseconds: WallClock.now()).month
        let uses = try await store.use(of: viewers.map(\.name), month: month)
        return Self.json(List(viewers: zip(viewers, uses).map { ViewerAnswer($0, $1) }))
    }

    private func create(_ request: Request) async throws -> Response {
        let input = try await JSONInput.decode(ViewerInput.self, request)
        guard let name = input.name, Viewer.isName(name) else { throw APIError.badViewer(ViewerInput.nameRule) }
        let change = try input.change(now: WallClock.now())
        guard let password = change.password else { throw APIError.badViewer("A new account needs a password.") }
        let hash = try await checker.hash(password)
        let viewer = Viewer(name: name, password: hash, change, now: WallClock.now())
        switch try await store.put(viewer, isNew: true) {
        case .exists: throw APIError(.conflict, "viewer_exists", "There is an account of this name already.")
        case .full: throw APIError(.conflict, "too_many_viewers", "There is no room for further accounts.")
        case .stored, .missing: break
        }
        return try await answer(viewer, .created)
    }

    private func change(_ name: String, _ request: Request) async throws -> Response {
        let change = try await JSONInput.decode(ViewerInput.self, request).change(now: WallClock.now())
        guard let viewer = try await store.find(name) else { throw APIError.noSuchViewer }
        var hash: PasswordHash?
        if let password = change.password { hash = try await checker.hash(password) }
        let changed = viewer.applying(change, password: hash)
        guard try await store.put(changed, isNew: false) == .stored else { throw APIError.noSuchViewer }
        return try await answer(changed, .ok)
    }

    private func remove(_ name: String) async throws -> Response {
        guard try await store.remove(name) == .stored else { throw APIError.noSuchViewer }
        try await access.directory.refresh()
        return Self.json(Removed(removed: name))
    }

    private func answer(_ viewer: Viewer, _ status: HTTPResponse.Status) async throws -> Response {
        // Known here from this answer on.
        try await access.directory.refresh()
        let month = UsageDay(milliseconds: WallClock.now()).month
        let use = try await store.use(of: [viewer.name], month: month).first
        return Self.json(One(viewer: ViewerAnswer(viewer, use)), status)
    }

    private static func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: FilmRoutes.jsonHeaders, body: ResponseBody(byteBuffer: JSONBody.encode(value)))
    }
}

extension APIError {
    static let noSuchViewer = APIError(.notFound, "viewer_unknown", "There is no account of this name.")
    static func badViewer(_ message: String) -> APIError { APIError(.badRequest, "bad_viewer", message) }
}
