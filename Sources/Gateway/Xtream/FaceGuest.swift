import Contracts
import HTTPTypes
import Hummingbird

/// Who uses the Xtream face: a viewer by the name and password in the address (API.md). With `ACCESS=open` any will do.
struct FaceGuest: Sendable {
    let name: String
    let password: String
    /// `nil` with `ACCESS=open`.
    let viewer: Viewer?

    /// Reads `username=` and `password=`; throws 400 if one is missing, else as `LoginDesk.admit`.
    static func inQuery(_ request: Request, _ context: GatewayContext, _ access: Access) async throws -> FaceGuest {
        let query = request.uri.queryParameters
        return try await admit(
            query["username"].map(String.init), query["password"].map(String.init), context, access)
    }

    /// Reads `:user` and `:password` of the path.
    static func inPath(_ context: GatewayContext, _ access: Access) async throws -> FaceGuest {
        try await admit(
            context.parameters.get("user").flatMap(PercentText.decode),
            context.parameters.get("password").flatMap(PercentText.decode), context, access)
    }

    private static func admit(
        _ name: String?, _ password: String?, _ context: GatewayContext, _ access: Access
    ) async throws -> FaceGuest {
        guard let name, let password, (1...200).contains(name.utf8.count), (1...200).contains(password.utf8.count)
        else { throw APIError.credentialsMissing }
        guard access.mode == .viewers else { return FaceGuest(name: name, password: password, viewer: nil) }
        let client = access.clients.address(of: context)
        let viewer = try await access.desk.admit(name, password, from: client, now: WallClock.now())
        try access.paces.take(viewer, .viewer(viewer, .init()))
        return FaceGuest(name: name, password: password, viewer: viewer)
    }

    /// `context` as this guest's. An app says no playback session: one with a single stream is taken for one device, so that zapping
    /// lets the old channel go at once.
    func context(_ context: GatewayContext, _ request: Request) -> GatewayContext {
        guard let viewer else { return context }
        var proof = Identity.Proof(isLoggedIn: true)
        if viewer.streams == 1 {
            let device = "\(viewer.id)|\(context.client)|\(request.headers[.userAgent] ?? "")"
            proof.playback = SignedToken(
                .playback, account: viewer.id, expiry: 0, nonce: SignedToken.nonce(of: device))
        }
        var context = context
        context.identity = .viewer(viewer, proof)
        return context
    }
}

extension APIError {
    static let credentialsMissing = APIError(
        .unauthorized, "credentials_missing", "The address has no name and password of a viewer.")
}
