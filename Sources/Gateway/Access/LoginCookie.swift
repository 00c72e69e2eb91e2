import HTTPTypes
import Hummingbird

/// The cookie of a browser that is logged in: no script reads it, no other site's page sends it.
struct LoginCookie: Sendable {
    /// In production it travels over TLS only, and its name's prefix makes browsers hold to that.
    let isSecure: Bool

    private static let plain = "dash_login"
    private static let host = "__Host-dash_login"

    static func value(in request: Request) -> String? {
        let cookies = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
        for cookie in cookies {
            let pair = cookie.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let name = pair[0].filter { $0 != " " }
            if name == plain || name == host { return String(pair[1]) }
        }
        return nil
    }

    func header(_ value: String, seconds: UInt32) -> String {
        "\(isSecure ? Self.host : Self.plain)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }

    var cleared: String { header("", seconds: 0) }
}
