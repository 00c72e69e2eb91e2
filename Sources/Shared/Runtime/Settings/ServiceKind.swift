/// The four services, by the names that logs, heartbeats and metrics carry.
public enum ServiceKind: String, Sendable, CaseIterable {
    case gateway
    case tokenService = "token-service"
    case transcoder
    case segmentStore = "segment-store"

    /// `ADMIN_PORT` when it is not set; apart from each other, so that all four can run on one machine.
    public var defaultAdminPort: Int {
        switch self {
        case .gateway: 9100
        case .tokenService: 9101
        case .transcoder: 9102
        case .segmentStore: 9103
        }
    }
}
