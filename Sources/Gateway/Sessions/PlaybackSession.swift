import HTTPTypes
import Hummingbird

/// The opaque name of one viewer's play (API.md): given by the client, or minted here.
///
/// A gateway keeps no list of sessions: any well-formed name is accepted, so that every replica serves every viewer.
struct PlaybackSession: Sendable, Hashable {
    let name: String

    /// 128 bits of chance.
    static func mint() -> PlaybackSession {
        PlaybackSession(name: Base64URL.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) }))
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
        self.name = name
    }

    private init(name: String) { self.name = name }
}
