import HTTPTypes

/// What browsers are told not to do with the player's pages, whatever a provider's title or a stranger's page tries.
enum WebSecurity {
    /// Scripts and styles are our files alone. `blob:` is how Video.js feeds the picture and starts its worker; `data:` how its
    /// style sheet carries its font.
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self' data:",
        "connect-src 'self'", "media-src 'self' blob:", "worker-src 'self' blob:", "manifest-src 'self'",
        "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    static let headers: HTTPFields = [
        .contentSecurityPolicy: policy, .xContentTypeOptions: "nosniff", .referrerPolicy: "no-referrer",
        .crossOriginOpenerPolicy: "same-origin", .crossOriginResourcePolicy: "same-origin",
        .permissionsPolicy: "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ]
}

extension HTTPField.Name {
    /// A `String` literal that is a token is always a name; the fallback only satisfies the type.
    private static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .accept }

    static let crossOriginOpenerPolicy = name("Cross-Origin-Opener-Policy")
    static let permissionsPolicy = name("Permissions-Policy")
}
