import FoundationEssentials
import Upstream

/// What the provider says of our account.
struct ProviderAccount: Sendable, Equatable {
    enum Status: String, Sendable {
        case active
        case expired = "account_expired"
        case disabled = "account_disabled"
        /// Wrong user name or password, or our address is not welcome.
        case refused = "provider_refused"
    }

    /// An account without a limit (0, or none named) is taken to have this many connections.
    static let unlimited = 100

    let status: Status
    let maxConnections: Int
    /// Connections that the provider counts now, of all devices, late by some seconds.
    let activeConnections: Int
    /// Unix seconds; `nil`: never.
    let expiry: Int64?

    init(status: Status, maxConnections: Int, activeConnections: Int, expiry: Int64? = nil) {
        self.status = status
        self.maxConnections = maxConnections
        self.activeConnections = activeConnections
        self.expiry = expiry
    }

    /// Reads the answer of `player_api.php`. Missing fields are taken as they are most often meant.
    /// - Parameter now: Unix seconds.
    /// - Throws: `ResolutionFailure` if it is no answer about an account.
    init(_ head: UpstreamHead, body: [UInt8], now: Int64) throws(ResolutionFailure) {
        switch head.status {
        case 200...299: break
        case 401, 403:
            self.init(status: .refused, maxConnections: 0, activeConnections: 0)
            return
        case 429: throw .refused(retryAfter: head.retryAfter)
        default: throw .failed(status: head.status, retryAfter: head.retryAfter)
        }
        // Some panels answer wrong credentials with nothing at all.
        if body.allSatisfy({ $0 <= 0x20 }) {
            self.init(status: .refused, maxConnections: 0, activeConnections: 0)
            return
        }
        guard let json = try? LenientJSON(body) else { throw .notMedia }
        let user = json["user_info"]
        // An answer without any of these says nothing of the account, as of a panel whose database is ill.
        guard user["auth"].integer != nil || user["status"].string != nil || user["max_connections"].integer != nil
        else { throw .notMedia }
        self.init(user, now: now)
    }

    private init(_ user: LenientJSON, now: Int64) {
        let maximum = user["max_connections"].integer ?? 0
        expiry = user["exp_date"].integer.flatMap { $0 > 0 ? $0 : nil }
        maxConnections = maximum > 0 ? Int(min(maximum, 10_000)) : Self.unlimited
        activeConnections = Int(min(max(0, user["active_cons"].integer ?? 0), 10_000))
        status = Self.status(user, isExpired: expiry.map { $0 < now } ?? false)
    }

    private static func status(_ user: LenientJSON, isExpired: Bool) -> Status {
        if user["auth"].integer == 0 { return .refused }
        switch user["status"].string?.lowercased() {
        case nil, "", "active", "trial": return isExpired ? .expired : .active
        case "expired": return .expired
        case "banned", "disabled": return .disabled
        default: return isExpired ? .expired : .active
        }
    }
}
