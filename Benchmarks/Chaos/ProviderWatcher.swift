import TestSupport

/// Reads the provider's ledger all the time and holds it against what the account may do.
struct ProviderWatcher: Sendable {
    let provider: DemoProviderProcess
    let notes: ChaosNotes
    let limit: Int

    /// Collects for so many seconds, then judges: which moments count is known only when all faults are over.
    func watch(until seconds: Double) async -> Int {
        let end = ContinuousClock.now + .seconds(seconds)
        var events: [ProviderJudge.Event] = []
        var next = 1
        while ContinuousClock.now < end, !Task.isCancelled {
            if let report = try? await provider.report("log?since=\(next)") {
                events += report["events"].list.compactMap(Self.event)
                next = report["next"].int ?? next
            }
            try? await Task.sleep(for: .seconds(1))
        }
        let seen = notes.value
        var judge = ProviderJudge(limit: limit, frozen: seen.frozen, blind: seen.blind)
        notes.add(judge.judge(events), by: "provider")
        return judge.peak
    }

    private static func event(_ value: ControlValue) -> ProviderJudge.Event? {
        guard let kind = value["event"].text, ["open", "done", "close"].contains(kind),
            let connection = value["connection"].int, let at = value["unix_ms"].int
        else { return nil }
        return ProviderJudge.Event(
            opens: kind == "open", connection: connection, stream: value["stream"].text ?? "", at: at)
    }
}
