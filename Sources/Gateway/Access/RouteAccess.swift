/// What a route asks of whoever calls it, by the route's template. What is not named here needs a viewer's rights.
enum RouteAccess: Sendable, Equatable {
    /// Health, and the page with what belongs to it.
    case open
    /// The route itself asks: a login, credentials in the address, the operator's key.
    case own
    /// The path's capability is the right (API.md).
    case capability
    /// Posters: a viewer, or a token in the address.
    case images
    /// The operator's figures.
    case figures
    /// A stream: a viewer, or a playback session of it.
    case playback
    case viewer

    private static let ownTemplates: Set<String> = [
        "/api/login", "/api/logout", "/api/xtream", "/player_api.php", "/get.php", "/xmltv.php",
    ]

    /// - Parameter template: with its parameters' names, as the router has it; `nil`: nothing is there, which may be said.
    init(_ template: String?) {
        guard let template else {
            self = .open
            return
        }
        let parts = template.split(separator: "/")
        switch parts.first {
        case "api": self = Self.api(template, parts.dropFirst())
        case "live", "movie", "series": self = .own
        default: self = Self.ownTemplates.contains(template) ? .own : .open
        }
    }

    private static func api(_ template: String, _ parts: ArraySlice<Substring>) -> RouteAccess {
        if ownTemplates.contains(template) { return .own }
        switch parts.first {
        case "health": return .open
        case "admin": return .own
        case "images": return .images
        case "stats": return .figures
        case "live", "stream": return .playback
        // `/api/hls/:streamId/s/:session/:item` is a playlist; with a capability in the second place it is a segment.
        case "hls": return parts.count >= 4 && parts.dropFirst(2).first != "s" ? .capability : .playback
        default: return .viewer
        }
    }
}
