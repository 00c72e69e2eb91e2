import Contracts
import ServiceLifecycle

/// What a service's `build` function returns: the parts that run, and what the heartbeat says of them.
public struct ServiceAssembly: Sendable {
    /// Long-lived parts, dependencies first; stopped in the opposite order.
    public let services: [any Service]
    /// Called once a second for the heartbeat; must not block. `nil`: only that the instance lives.
    public let status: (@Sendable () async -> InstanceStatus)?

    public init(services: [any Service], status: (@Sendable () async -> InstanceStatus)? = nil) {
        self.services = services
        self.status = status
    }
}
