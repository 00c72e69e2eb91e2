/// Who asks, as `AccessMiddleware` or a route found out.
enum Identity: Sendable {
    /// `ACCESS=open`, or a route that asks nobody who they are.
    case anyone
    case viewer(Viewer, Proof)

    struct Proof: Sendable, Equatable {
        /// By cookie, or by name and password. Otherwise only the playback session's own stream may be played.
        var isLoggedIn = false
        /// The playback session that the request names, if it is this account's.
        var playback: SignedToken?
        /// It stands in the path, and so must be this stream's.
        var isInPath = false
        /// What tells this viewer's devices apart while there is no playback session.
        var device: [UInt8]?
        /// The same of who cannot keep a session and asks for a stream again and again, as a `<video>` does for parts of a file: all
        /// of it is one play.
        var repeats: [UInt8]?
    }

    var viewer: Viewer? {
        if case .viewer(let viewer, _) = self { viewer } else { nil }
    }

    var proof: Proof? {
        if case .viewer(_, let proof) = self { proof } else { nil }
    }
}

extension Identity.Proof {
    /// Logged in on `device`. An account with a single stream is taken for one device: reloading a page, opening it anew or zapping lets
    /// what played before go at once, and is no second stream.
    init(of viewer: Viewer, on device: [UInt8]) {
        self.init(isLoggedIn: true, device: device)
        if viewer.streams == 1 {
            playback = SignedToken(.playback, account: viewer.id, expiry: 0, nonce: device)
        }
    }
}
