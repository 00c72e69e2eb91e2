import Synchronization

/// The health checks of a process. The gateway answers its public health routes from the same object.
public final class ServiceHealth: Sendable {
    public let service: String
    public let instance: String
    private let checks = Mutex<[HealthCheck]>([])
    private let start = ContinuousClock.now

    public init(service: String, instance: String) {
        self.service = service
        self.instance = instance
    }

    public func add(_ check: HealthCheck) {
        checks.withLock { $0.append(check) }
    }

    /// Asks every check, side by side; two seconds at most.
    public func report() async -> HealthReport { await report { _ in true } }

    /// Asks only what readiness needs.
    public func readiness() async -> HealthReport { await report(\.isNeededForReadiness) }

    private func report(_ isAsked: (HealthCheck) -> Bool) async -> HealthReport {
        let asked = checks.withLock { $0 }.filter(isAsked)
        let answers = await withTaskGroup(of: HealthReport.Check.self) { group in
            for check in asked { group.addTask { await Self.answer(of: check) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return HealthReport(
            status: answers.allSatisfy(\.ok) ? "ok" : "failing", service: service, instance: instance,
            version: BuildInfo.version, uptimeSeconds: Int((ContinuousClock.now - start).components.seconds),
            checks: answers.sorted { $0.name < $1.name })
    }

    private static func answer(of check: HealthCheck) async -> HealthReport.Check {
        switch await check.outcome() {
        case .ok(let detail): HealthReport.Check(name: check.name, ok: true, detail: detail)
        case .failing(let reason): HealthReport.Check(name: check.name, ok: false, detail: reason)
        }
    }
}
