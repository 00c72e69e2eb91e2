import Foundation
import Synchronization
import TestSupport

/// What the watchers of one run have seen. From any thread; bounded.
final class ChaosNotes: Sendable {
    struct Totals: Sendable {
        var violations = Violations()
        /// Answers other than 200 by `status code`, and requests without an answer.
        var refusals: [String: Int] = [:]
        var requests = 0
        /// How often the unluckiest request had to be repeated.
        var mostRetries = 0
        var segments = 0
        var filmSegments = 0
        var jumps = 0
        /// Seconds that players stood still, one entry for each time.
        var stalls: [Double] = []
        /// Seconds from when media were due until they came, one entry for each interruption.
        var interruptions: [Double] = []
        /// Faults done, by kind.
        var faults: [String: Int] = [:]
        /// Unix milliseconds in which an owner, or the provider, was frozen.
        var frozen: [ClosedRange<Int>] = []
        var blind: [ClosedRange<Int>] = []
    }

    private let totals = Mutex(Totals())

    var value: Totals { totals.withLock { $0 } }

    func change(_ body: (inout Totals) -> Void) { totals.withLock { body(&$0) } }

    func add(_ violations: [Violation], by viewer: String) {
        guard !violations.isEmpty else { return }
        for violation in violations { print("    ✗ \(viewer): \(violation)") }
        fflush(nil)
        change { for violation in violations { $0.violations.append(violation) } }
    }

    static var now: Int { Int(Date().timeIntervalSince1970 * 1000) }
}
