import Contracts
import Crypto

/// What a login cookie and a playback session hold: whose, until when, for what. Signed, so that no gateway keeps a list and every
/// replica knows every viewer.
struct SignedToken: Sendable, Equatable {
    enum Purpose: UInt8, Sendable {
        /// In the cookie: who is logged in.
        case login = 1
        /// In playlist paths: one stream for one viewer.
        case playback = 2
        /// In addresses of posters, for apps that have no cookie.
        case images = 3
    }

    let purpose: Purpose
    /// `Viewer.id`.
    let account: UInt64
    /// Unix seconds.
    let expiry: UInt32
    /// 12 random bytes; of a playback session, what stays the same when the viewer zaps.
    let nonce: [UInt8]
    /// Which stream it is for; 0 if for none. See `tag(_:)`.
    let tag: UInt32

    static let nonceLength = 12
    fileprivate static let payloadLength = 1 + 8 + 4 + nonceLength + 4

    /// - Parameter now: Unix ms.
    func isExpired(at now: Int64) -> Bool { Int64(expiry) * 1000 <= now }

    /// The nonce as a name.
    var session: String { Base64URL.encode(nonce) }

    static func makeNonce() -> [UInt8] { (0..<nonceLength).map { _ in UInt8.random(in: .min ... .max) } }

    /// The same nonce for the same text.
    static func nonce(of text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8)).prefix(nonceLength)) }

    /// 32 bits that stand for a stream.
    static func tag(_ stream: StreamID) -> UInt32 {
        SHA256.hash(data: Array(stream.description.utf8)).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    fileprivate var payload: [UInt8] {
        [purpose.rawValue] + Self.bytes(account) + Self.bytes(expiry) + nonce + Self.bytes(tag)
    }

    fileprivate init?(payload: ArraySlice<UInt8>) {
        var rest = payload
        func take(_ count: Int) -> ArraySlice<UInt8> {
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        guard payload.count == Self.payloadLength, let purpose = take(1).first.flatMap(Purpose.init) else { return nil }
        self.purpose = purpose
        account = take(8).reduce(0) { $0 << 8 | UInt64($1) }
        expiry = take(4).reduce(0) { $0 << 8 | UInt32($1) }
        nonce = Array(take(Self.nonceLength))
        tag = take(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    init(_ purpose: Purpose, account: UInt64, expiry: UInt32, nonce: [UInt8] = makeNonce(), tag: UInt32 = 0) {
        self.purpose = purpose
        self.account = account
        self.expiry = expiry
        self.nonce = nonce
        self.tag = tag
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}

/// Signs and reads tokens: payload and the first 16 bytes of its HMAC-SHA256, 60 characters of base64url.
struct TokenSigner: Sendable {
    private let key: SymmetricKey
    private static let codeLength = 16

    /// - Parameter secret: as in `Keys.sessionSecret`.
    init(secret: String) { key = SymmetricKey(data: SHA256.hash(data: Array("dash-session|\(secret)".utf8))) }

    func text(_ token: SignedToken) -> String {
        let payload = token.payload
        let code = HMAC<SHA256>.authenticationCode(for: payload, using: key)
        return Base64URL.encode(payload + code.prefix(Self.codeLength))
    }

    /// `nil` for what this fleet has not signed. Says nothing of expiry. Compares in constant time.
    func read(_ text: String) -> SignedToken? {
        guard let bytes = Base64URL.decode(text), bytes.count == SignedToken.payloadLength + Self.codeLength,
            let token = SignedToken(payload: bytes.prefix(SignedToken.payloadLength))
        else { return nil }
        return ConstantTime.areEqual(self.text(token), text) ? token : nil
    }
}
