import Contracts
import HTTPTypes
import Hummingbird

/// Who may do what (API.md, "Playback sessions and rights"). With `ACCESS=open` everybody may play everything, without an account.
struct Access: Sendable {
    enum Mode: String, Sendable, CaseIterable { case open, viewers }

    let mode: Mode
    let directory: ViewerDirectory
    let ledger: ViewerLedger
    let desk: LoginDesk
    let paces: RequestPaces
    let clients: ClientAddress
    let adminKey: AdminKey

    /// Seconds that a login is good for.
    static let loginLifetime: UInt32 = 30 * 86_400
    /// Seconds that a playback session is good for: a title of up to 12 hours, and 12 hours more (API.md).
    static let sessionLifetime: UInt32 = 24 * 3600

    // MARK: Who asks

    /// By cookie. `.anyone` without one; throws for one that is over or forged.
    func loggedIn(_ request: Request) async throws -> Identity {
        guard let text = LoginCookie.value(in: request) else { return .anyone }
        let (token, viewer) = try await read(text, for: .login)
        return .viewer(viewer, .init(of: viewer, on: token.nonce))
    }

    /// By cookie, or by the token in a poster's address.
    func imageViewer(_ request: Request) async throws -> Identity {
        if let text = request.uri.queryParameters["access"].map(String.init) {
            return .viewer(try await read(text, for: .images).viewer, .init())
        }
        return try await viewer(request)
    }

    /// By cookie, and by nothing else.
    func viewer(_ request: Request) async throws -> Identity { try await required(loggedIn(request)) }

    /// By name and password in the address, or by cookie. A `<video>` that a page points at a film keeps no session of its own.
    private func account(_ request: Request, _ context: GatewayContext) async throws -> Identity {
        if let guest = try await FaceGuest.inQueryIfAny(request, context, self) {
            return guest.identity(request)
        }
        let identity = try await loggedIn(request)
        guard request.headers[.secFetchDest] == "video", case .viewer(let viewer, var proof) = identity else {
            return identity
        }
        proof.repeats = proof.device
        return .viewer(viewer, proof)
    }

    /// By the playback session in the path or query, by who is logged in, or by both, which must then be the same account's.
    func player(_ request: Request, _ context: GatewayContext) async throws -> Identity {
        let inPath = context.parameters.get("session").map { String($0) }
        let login: Result<Identity, any Error>
        do { login = .success(try await account(request, context)) } catch { login = .failure(error) }
        guard let text = try inPath ?? PlaybackSession.given(request)?.text else { return try required(login.get()) }
        let playback: Result<(SignedToken, viewer: Viewer), any Error>
        do { playback = .success(try await read(text, for: .playback)) } catch { playback = .failure(error) }
        // A cookie that is over does not spoil a session that is not.
        guard case .viewer(let viewer, var proof)? = try? login.get() else {
            let (token, viewer) = try playback.get()
            return .viewer(viewer, .init(playback: token, isInPath: inPath != nil))
        }
        proof.isInPath = inPath != nil
        switch playback {
        case .success((let token, let owner)):
            guard owner.id == viewer.id else { throw APIError.foreignSession }
            proof.playback = token
        case .failure(let error):
            if inPath != nil { throw error }
            // A name of the client's own choice, or an old session: logged in, it gets a new one in its place. The same name on another
            // device is another play.
            let device = proof.device.map { Base64URL.encode($0) } ?? ""
            proof.playback = SignedToken(
                .playback, account: viewer.id, expiry: 0,
                nonce: SignedToken.nonce(of: "\(viewer.id)|\(device)|\(text)"))
        }
        return .viewer(viewer, proof)
    }

    private func required(_ identity: Identity) throws -> Identity {
        guard identity.viewer != nil else { throw APIError.loginRequired }
        return identity
    }

    /// Throws 401 or 403 for what is forged, over, of another purpose, or of an account that is gone or over.
    private func read(
        _ text: String, for purpose: SignedToken.Purpose
    ) async throws -> (SignedToken, viewer: Viewer) {
        guard let token = try await directory.signer().read(text), token.purpose == purpose else {
            throw APIError.badToken
        }
        let now = WallClock.now()
        guard !token.isExpired(at: now) else { throw APIError.sessionExpired }
        guard let viewer = try await directory.viewer(id: token.account) else { throw APIError.loginRequired }
        guard !viewer.isExpired(at: now) else { throw APIError.accountExpired }
        return (token, viewer)
    }
}
