import HTTPTypes

extension HTTPField.Name {
    /// A `String` literal that is a token is always a name; the fallback only satisfies the type.
    private static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .accept }

    static let xRequestID = name("X-Request-Id")
    /// The playback session, for players that cannot put it into the URL (API.md).
    static let playbackSession = name("X-Playback-Session-Id")
    /// The quality that a lowered request got (API.md: "the answer says so").
    static let xQuality = name("X-Quality")
    static let xForwardedProto = name("X-Forwarded-Proto")
    static let xForwardedHost = name("X-Forwarded-Host")
    static let host = name("Host")
    static let xForwardedFor = name("X-Forwarded-For")
    /// Which page made the browser ask: `same-origin`, `cross-site` …
    static let secFetchSite = name("Sec-Fetch-Site")
    /// Tells proxies to pass events on at once.
    static let accelBuffering = name("X-Accel-Buffering")
    static let adminKey = name("X-Admin-Key")
    /// Why a film that could be played directly is not: see `ProviderRedirect.Outcome`.
    static let xDirectPlay = name("X-Direct-Play")
    static let contentTypeOptions = name("X-Content-Type-Options")
    static let referrerPolicy = name("Referrer-Policy")
    /// What the browser wants the answer for: `video` for a plain `<video src>`.
    static let secFetchDest = name("Sec-Fetch-Dest")
}
