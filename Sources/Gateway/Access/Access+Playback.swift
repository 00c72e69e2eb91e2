import Contracts
import Hummingbird

/// What a viewer may play, and what it counts as.
extension Access {
    /// The playback session in which `stream` is played: the given one, or a new one.
    ///
    /// With `ACCESS=viewers` it is signed, for this account and this stream only, and keeps its name when the viewer zaps.
    /// Throws 401 or 403 for who may not play it.
    func session(
        for stream: StreamID, _ request: Request, _ context: GatewayContext
    ) async throws -> PlaybackSession {
        guard mode == .viewers else {
            return try PlaybackSession.given(request) ?? .mint()
        }
        let (viewer, proof) = try rights(to: stream, context)
        // A session alone does not prolong itself.
        let longest = UInt32(WallClock.now() / 1000) + Self.sessionLifetime
        let token = SignedToken(
            .playback, account: viewer.id,
            expiry: proof.isLoggedIn ? longest : min(longest, proof.playback?.expiry ?? 0),
            nonce: proof.nonce(for: stream), tag: SignedToken.tag(stream))
        return PlaybackSession(name: token.session, text: try await directory.signer().text(token))
    }

    /// Whether the request may ask about `stream`, which plays nothing and counts as nothing. Throws 401 or 403.
    func checkRights(to stream: StreamID, _ context: GatewayContext) throws {
        guard mode == .viewers else { return }
        _ = try rights(to: stream, context)
    }

    /// Whether the request may have `stream`'s playlists now. Throws 401, 403 or 429.
    func check(_ stream: StreamID, _ context: GatewayContext) throws {
        guard mode == .viewers else { return }
        let (viewer, proof) = try rights(to: stream, context)
        guard let session = proof.session else { return }
        if ledger.isExcess(session) { throw APIError.streamLimit(viewer.streams) }
        ledger.playing(viewer, session)
    }

    /// A session begins `stream`. Throws 429 if its account plays as many streams as it may.
    func begin(_ stream: StreamID, _ session: PlaybackSession, _ context: GatewayContext) async throws {
        guard mode == .viewers, let viewer = context.identity.viewer else { return }
        try await ledger.begin(viewer, session.name)
        if stream.kind != .live { ledger.film(stream, at: clients.address(of: context), viewer, session.name) }
    }

    /// Whether who has begun `stream` may still watch it, for answers without an end; from memory. `false` once the account is gone, over,
    /// has another password, has used its data, or plays more streams than it may.
    func permit(
        _ stream: StreamID, _ session: PlaybackSession, _ context: GatewayContext
    ) -> @Sendable () -> Bool {
        guard mode == .viewers, let viewer = context.identity.viewer else { return { true } }
        return { [directory, ledger] in
            guard let known = directory.known(viewer.name), known.id == viewer.id,
                !known.isExpired(at: WallClock.now()), !ledger.isExcess(session.name)
            else { return false }
            return Self.refusal(of: stream, to: known, ledger) == nil
        }
    }

    /// What keeps an account that holds from `stream`; `nil`: nothing.
    private static func refusal(of stream: StreamID, to viewer: Viewer, _ ledger: ViewerLedger) -> APIError? {
        guard viewer.kinds.contains(Viewer.Kind(stream)) else { return .kindNotAllowed }
        guard let cap = viewer.monthlyBytes, ledger.used(viewer) >= cap else { return nil }
        return .dataCapReached
    }

    private func rights(to stream: StreamID, _ context: GatewayContext) throws -> (Viewer, Identity.Proof) {
        guard case .viewer(let viewer, let proof) = context.identity else { throw APIError.loginRequired }
        let isBound = !proof.isLoggedIn || proof.isInPath
        if isBound, proof.playback?.tag != SignedToken.tag(stream) { throw APIError.foreignSession }
        if let refusal = Self.refusal(of: stream, to: viewer, ledger) { throw refusal }
        return (viewer, proof)
    }

    // MARK: Counting

    /// A channel's playlist was given to the request's session.
    func listed(
        _ rendition: String, _ segments: @autoclosure () -> ArraySlice<LiveSegment>, _ context: GatewayContext
    ) {
        guard case .viewer(let viewer, let proof) = context.identity, let session = proof.session else { return }
        ledger.listed(
            viewer, session, kind: rendition.hasPrefix("audio") ? rendition : "video",
            segments().map { ($0.sequence, $0.parts[rendition]?.byteCount ?? 0) })
    }

    /// Bytes of a film's segment were given: to whom the cookie says, or else to who plays that film at this address.
    func served(_ film: StreamID, bytes: Int, _ context: GatewayContext) {
        guard mode == .viewers else { return }
        let player = ledger.player(of: film, at: clients.address(of: context))
        if let viewer = context.identity.viewer {
            ledger.served(viewer, player?.viewer == viewer.name ? player?.session : nil, bytes: bytes)
        } else if let player, let viewer = directory.known(player.viewer) {
            ledger.served(viewer, player.session, bytes: bytes)
        }
    }

    /// Bytes of a response that is one viewer's own: endless TS, progressive MP4, a proxied file.
    func meter(_ session: PlaybackSession?, _ context: GatewayContext) -> @Sendable (Int) -> Void {
        guard mode == .viewers, let viewer = context.identity.viewer else { return { _ in } }
        return { [ledger] bytes in ledger.served(viewer, session?.name, bytes: bytes) }
    }
}

extension Identity.Proof {
    /// Of the session in which `stream` is played.
    fileprivate func nonce(for stream: StreamID) -> [UInt8] {
        playback?.nonce ?? repeats.map { SignedToken.nonce(of: "\(Base64URL.encode($0))|\(stream)") }
            ?? SignedToken.makeNonce()
    }

    /// The name under which this request plays: its playback session's, or its device's for plain paths.
    var session: String? { (playback?.nonce ?? device).map { Base64URL.encode($0) } }
}
