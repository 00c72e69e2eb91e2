/// How the provider behaves. Begins as the command line says; the control endpoint changes it while running.
struct ProviderSettings: Sendable {
    /// What happens to a connection over the limit.
    enum OverLimit: Sendable, Equatable {
        /// The new one is served, the oldest is closed (same address and user agent first).
        case killOldest
        /// A short picture loop instead of the channel.
        case slate
        /// Refused with this status, as panels do with 458, 403, 401, 429, 509 or 5xx.
        case status(Int)

        init?(_ text: String) {
            switch text {
            case "kill": self = .killOldest
            case "slate": self = .slate
            default:
                guard let code = Int(text), (400...599).contains(code) else { return nil }
                self = .status(code)
            }
        }

        var text: String {
            switch self {
            case .killOldest: "kill"
            case .slate: "slate"
            case .status(let code): String(code)
            }
        }
    }

    enum WrongLogin: String, Sendable {
        case unauthorised = "auth0"
        case status401 = "401"
        case status403 = "403"
        case empty
    }

    var user = "demo"
    var password = "demo"
    /// Wrong credentials: 200 with `auth` 0, 401, 403 or an empty body.
    var wrongLogin = WrongLogin.unauthorised
    /// `Active`, `Expired`, `Banned` or `Disabled`; media are refused with 403 unless active.
    var accountStatus = "Active"
    var maxConnections = 5
    var overLimit = OverLimit.killOldest
    /// A second reader of one film closes the first; otherwise it counts as one more connection.
    var oneReaderPerTitle = true
    /// Connections of the operator's other devices, which only the panel sees.
    var foreignConnections = 0
    /// Seconds for which a token opens connections.
    var tokenLifetime = 60.0
    /// A token opens one connection only, however young it is.
    var singleUseTokens = false
    /// Redirects from the panel's address to the media, 1...5.
    var hops = 1
    /// Speed of a film after its first 3 %, in multiples of its own bit rate; 0 is unlimited.
    var throttle = 0.0
    /// Seconds for which a closed connection still counts.
    var lateNotice = 0.0
    /// Milliseconds added to each answer, and once more to the first of a connection.
    var roundTrip: Int64 = 0
    /// Seconds of the past that a live connection gets at once, 0...2.
    var burst = 2.0
    /// Host name in redirects; without it the one that the client asked for.
    var deliveryHost: String?
    /// Films that exist in the lists only, to make catalogs as long as real ones.
    var paddingFilms = 0
    /// Series, the same.
    var paddingSeries = 0
}
