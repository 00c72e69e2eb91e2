import NIOCore
import NIOHTTP1

/// `/control/…` on the panel's port: the log, the counters, the settings and the faults. Loopback only.
struct ControlAPI {
    let provider: Provider

    func answer(_ request: Request) -> Answer {
        guard request.isLoopback else { return .status(403) }
        do throws(ControlError) {
            let parameters = try ControlParameters(request)
            let isPost = request.method == .POST || request.method == .DELETE
            switch (isPost, request.segments.dropFirst().joined(separator: "/")) {
            case (false, "connections"): return .json(ControlReport(provider: provider).connections)
            case (false, "log"):
                let since = try parameters.whole("since", 0...Int64.max) ?? 0
                return .json(ControlReport(provider: provider).log(since: Int(since)))
            case (false, "faults"): return .json(["faults": .array(provider.faults.all.map(\.json))])
            case (false, "settings"): return .json(ControlReport(provider: provider).settings)
            case (false, "films"): return .json(ControlReport(provider: provider).films)
            case (false, "channels"): return .json(ControlReport(provider: provider).channels)
            case (true, "settings"):
                try SettingsChange(provider: provider).apply(parameters)
                return .json(ControlReport(provider: provider).settings)
            case (true, "fault"): return try FaultSwitch(provider: provider).apply(parameters, on: request.loop)
            case (true, "clear"): return try clear(parameters)
            case (true, "reset"):
                provider.ledger.resetCounters()
                return .json(ControlReport(provider: provider).connections)
            default: return .json(["error": "no such control call"], status: .notFound)
            }
        } catch {
            return .json(["error": .string(error.message)], status: .badRequest)
        }
    }

    private func clear(_ parameters: ControlParameters) throws(ControlError) -> Answer {
        let stream = try parameters.stream()
        var kind: Fault.Kind?
        if let text = parameters.text("kind") {
            kind = Fault.Kind(rawValue: text)
            if kind == nil { throw ControlError("unknown kind of fault") }
        }
        provider.faults.clear(kind: kind, stream: stream)
        if kind == nil {
            for channel in provider.channels.values where stream == nil || "live-\(channel.source.id)" == stream {
                channel.calm()
            }
        }
        return .json(["faults": .array(provider.faults.all.map(\.json))])
    }
}
