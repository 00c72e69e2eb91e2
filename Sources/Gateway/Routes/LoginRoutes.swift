import Contracts
import HTTPTypes
import Hummingbird

/// `POST /api/login {"name","password"}`, `POST /api/logout`, `GET /api/me`: a browser's session, in an HttpOnly cookie.
struct LoginRoutes: Sendable {
    let access: Access
    let address: PublicAddress
    let cookie: LoginCookie

    private struct Input: Decodable {
        let name: String
        let password: String
    }

    func add(to router: Router<GatewayContext>) {
        router.on("/api/login", method: .post) { try await login($0, $1) }
        router.on("/api/logout", method: .post) { try logout($0, $1) }
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/api/me", method: method) { _, context in answer(context.identity.viewer) }
        }
    }

    private func login(_ request: Request, _ context: GatewayContext) async throws -> Response {
        try SameSite.check(request, base: address.base(of: request, context: context))
        let client = access.clients.address(of: context)
        try access.paces.take(address: client)
        let input = try await JSONInput.decode(Input.self, request)
        guard access.mode == .viewers else { return answer(nil) }
        let viewer = try await access.desk.admit(input.name, input.password, from: client, now: WallClock.now())
        var response = answer(viewer)
        response.headers[.setCookie] = try await access.newCookie(for: viewer, cookie)
        return response
    }

    /// Forgets the cookie. What was signed stays good until it ends, for whoever has kept it: a new password ends all of it at once.
    private func logout(_ request: Request, _ context: GatewayContext) throws -> Response {
        try SameSite.check(request, base: address.base(of: request, context: context))
        var response = answer(nil)
        response.headers[.setCookie] = cookie.cleared
        return response
    }

    private func answer(_ viewer: Viewer?) -> Response {
        Response(
            status: .ok, headers: FilmRoutes.jsonHeaders,
            body: ResponseBody(byteBuffer: JSONBody.encode(LoginAnswer(access, viewer))))
    }
}

extension Access {
    func newCookie(for viewer: Viewer, _ cookie: LoginCookie) async throws -> String {
        let now = UInt32(WallClock.now() / 1000)
        let token = SignedToken(.login, account: viewer.id, expiry: now + Self.loginLifetime)
        return cookie.header(try await directory.signer().text(token), seconds: Self.loginLifetime)
    }
}
