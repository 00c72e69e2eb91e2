import HTTPTypes

/// What browsers are told not to do with the player's pages, whatever a provider's title or a stranger's page tries.
struct WebSecurity: Sendable {
    /// Scripts and styles are our files alone. `blob:` is how Video.js feeds the picture and starts its worker; `data:` how its
    /// style sheet carries its font.
    /// - Parameter mediaOrigin: where films' segments may come from besides us: `https://host`.
    static func policy(mediaOrigin: String?) -> String {
        [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'\(mediaOrigin.map { " \($0)" } ?? "")", "media-src 'self' blob:",
            "worker-src 'self' blob:", "manifest-src 'self'",
            "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    /// Of pages and the service worker: what they load inherits it.
    let pageHeaders: HTTPFields
    /// Of everything else: a page is twenty files, and each header costs the viewer twenty times.
    let fileHeaders: HTTPFields = [.xContentTypeOptions: "nosniff", .crossOriginResourcePolicy: "same-origin"]

    /// - Parameter mediaOrigin: the bucket, where playlists lead there (`SEGMENT_DELIVERY=presigned`).
    init(mediaOrigin: String? = nil) {
        pageHeaders = [
            .contentSecurityPolicy: Self.policy(mediaOrigin: mediaOrigin), .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer",
            .crossOriginOpenerPolicy: "same-origin", .crossOriginResourcePolicy: "same-origin",
            .permissionsPolicy: "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        ]
    }
}

extension HTTPField.Name {
    /// A `String` literal that is a token is always a name; the fallback only satisfies the type.
    private static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .accept }

    static let crossOriginOpenerPolicy = name("Cross-Origin-Opener-Policy")
    static let permissionsPolicy = name("Permissions-Policy")
}
