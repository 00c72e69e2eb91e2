import Contracts
import HTTPTypes
import Hummingbird

/// Who uses the Xtream face: a viewer by the name and password in the address (API.md). With `ACCESS=open` any will do.
struct FaceGuest: Sendable {
    let name: String
    let password: String
    /// `nil` with `ACCESS=open`.
    let viewer: Viewer?
    /// Their address, where it counts.
    var client = "-"

    /// Reads `username=` and `password=`; throws 400 if one is missing, else as `LoginDesk.admit`.
    static func inQuery(_ request: Request, _ context: GatewayContext, _ access: Access) async throws -> FaceGuest {
        let query = request.uri.queryParameters
        let guest = try await admit(
            query["username"].map(String.init), query["password"].map(String.init), context, access)
        if let viewer = guest.viewer { try access.paces.take(viewer, .viewer(viewer, .init())) }
        return guest
    }

    /// The same on routes that others use, too, and whose paces are counted by `AccessMiddleware`; `nil` without a name.
    static func inQueryIfAny(
        _ request: Request, _ context: GatewayContext, _ access: Access
    ) async throws -> FaceGuest? {
        let query = request.uri.queryParameters
        guard let name = query["username"].map(String.init) else { return nil }
        return try await admit(name, query["password"].map(String.init), context, access)
    }

    /// Reads `:user` and `:password` of the path.
    static func inPath(_ context: GatewayContext, _ access: Access) async throws -> FaceGuest {
        let guest = try await admit(
            context.parameters.get("user").flatMap(PercentText.decode),
            context.parameters.get("password").flatMap(PercentText.decode), context, access)
        if let viewer = guest.viewer { try access.paces.take(viewer, .viewer(viewer, .init())) }
        return guest
    }

    private static func admit(
        _ name: String?, _ password: String?, _ context: GatewayContext, _ access: Access
    ) async throws -> FaceGuest {
        guard let name, let password, (1...200).contains(name.utf8.count), (1...200).contains(password.utf8.count)
        else { throw APIError.credentialsMissing }
        guard access.mode == .viewers else { return FaceGuest(name: name, password: password, viewer: nil) }
        let client = access.clients.whole(of: context)
        let viewer = try await access.desk.admit(
            name, password, from: ClientAddress.group(client), now: WallClock.now())
        return FaceGuest(name: name, password: password, viewer: viewer, client: client)
    }

    /// Apps say no playback session, and ask for parts of a file in requests of their own.
    func identity(_ request: Request) -> Identity {
        guard let viewer else { return .anyone }
        let device = SignedToken.nonce(
            of: "\(viewer.id)|\(client)|\(request.headers[.userAgent] ?? "")")
        var proof = Identity.Proof(of: viewer, on: device)
        proof.repeats = device
        return .viewer(viewer, proof)
    }

    /// `context` as this guest's.
    func context(_ context: GatewayContext, _ request: Request) -> GatewayContext {
        guard viewer != nil else { return context }
        var context = context
        context.identity = identity(request)
        return context
    }
}

extension APIError {
    static let credentialsMissing = APIError(
        .unauthorized, "credentials_missing", "The address has no name and password of a viewer.")
}
