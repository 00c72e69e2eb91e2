import HTTPTypes
import Hummingbird

/// The opaque name of one viewer's play (API.md): given by the client, or minted here.
///
/// A gateway keeps no list of sessions: with `ACCESS=open` any well-formed name is accepted, with `ACCESS=viewers` what the fleet
/// has signed (`Access.session`), so that every replica serves every viewer.
struct PlaybackSession: Sendable, Hashable {
    /// By which the fleet counts it: the same for all streams that a viewer zaps through.
    let name: String
    /// As it stands in URLs; the name, or the signed token that holds it.
    let text: String

    /// 128 bits of chance.
    static func mint() -> PlaybackSession {
        PlaybackSession(plain: Base64URL.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) }))
    }

    /// Reads `session=` or `X-Playback-Session-Id`; `nil` if there is neither. Throws 400 for a malformed name.
    static func given(_ request: Request) throws(APIError) -> PlaybackSession? {
        let query = request.uri.queryParameters["session"].map(String.init)
        guard let name = query ?? request.headers[.playbackSession], !name.isEmpty else { return nil }
        return try PlaybackSession(validating: name)
    }

    init(validating name: String) throws(APIError) {
        let isValid =
            (8...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || byte == 0x2d || byte == 0x5f
            }
        guard isValid else { throw .badSession }
        self.init(plain: name)
    }

    /// - Parameter plain: well-formed.
    private init(plain: String) {
        name = plain
        text = plain
    }

    /// - Parameter text: a signed token whose name is `name`.
    init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// Always the same for the same device.
    /// - Parameter device: anything that tells devices apart.
    init(device: String) { self.init(plain: Base64URL.encode(SignedToken.nonce(of: device))) }
}
