import Contracts
import Runtime

extension HealthCheck {
    /// Whether the provider knows the account and has answered lately, as whichever TokenService leads has found.
    static func provider(_ ledger: SlotLedger, interval: Duration) -> HealthCheck {
        HealthCheck("provider") {
            guard let state = try? await ledger.snapshot() else { return .failing("Redis does not answer.") }
            return outcome(state, interval: interval)
        }
    }

    static func outcome(_ state: SlotLedger.Snapshot, interval: Duration) -> Outcome {
        guard state.checkedAt > 0 else { return .failing("The provider has not answered yet.") }
        switch state.account {
        case ProviderAccount.Status.active.rawValue: break
        case ProviderAccount.Status.expired.rawValue: return .failing("The provider account has expired.")
        case ProviderAccount.Status.disabled.rawValue: return .failing("The provider has disabled the account.")
        case ProviderAccount.Status.refused.rawValue: return .failing("The provider refuses the account.")
        default: return .failing("The provider has not answered yet.")
        }
        guard state.now - state.checkedAt <= 3 * interval.milliseconds + 10_000 else {
            return .failing("The provider has not answered for \((state.now - state.checkedAt) / 1000) seconds.")
        }
        return .ok("\(state.reserved) of \(state.limit ?? 0) connections in use")
    }
}
