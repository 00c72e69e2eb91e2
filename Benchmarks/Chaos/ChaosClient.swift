import Foundation
import TestSupport

/// A viewer's requests: to one gateway, and after a failure to the next, as a load balancer would send them.
struct ChaosClient: Sendable {
    /// Longer than the gateway may hold any request, and than any gateway is frozen.
    private static let deadline = 45.0
    private static let pause = Duration.milliseconds(500)

    let gateways: [String]
    let name: String
    let judge: AnswerJudge
    let notes: ChaosNotes
    /// Each repeated request is printed.
    var tellsRetries = false

    /// Asks until there is a 200 or a final 404/410, which is nil; nil also when the task is cancelled.
    func get(_ path: String, from first: Int) async -> SimpleHTTP.Answer? {
        var turn = first
        defer { note(retries: turn - first - 1, of: path) }
        while !Task.isCancelled {
            let gateway = gateways[turn % gateways.count]
            turn += 1
            guard let answer = await ask(gateway + path, path) else {
                try? await Task.sleep(for: Self.pause)
                continue
            }
            if answer.status == 200 { return answer }
            if [404, 410].contains(answer.status) { return nil }
            let wait = answer.header("retry-after").flatMap { Double($0) } ?? 0.5
            try? await Task.sleep(for: .seconds(min(max(wait, 0.5), 2)))
        }
        return nil
    }

    private func note(retries: Int, of path: String) {
        guard retries > 0, !Task.isCancelled else { return }
        notes.change { $0.mostRetries = max($0.mostRetries, retries) }
        guard tellsRetries else { return }
        print("    \(Date().formatted(.iso8601)) \(name): \(retries) × again \(path)")
        fflush(nil)
    }

    /// One request; nil without a whole answer.
    private func ask(_ url: String, _ path: String) async -> SimpleHTTP.Answer? {
        let began = ContinuousClock.now
        let answer = try? await SimpleHTTP.send("GET", url, seconds: Self.deadline)
        notes.change { $0.requests += 1 }
        guard !Task.isCancelled else { return nil }
        let took = (ContinuousClock.now - began).inSeconds
        if took >= Self.deadline - 1 {
            notes.add([Violation("hang", at: path, "no whole answer in \(took) s")], by: name)
        }
        guard let answer, isWhole(answer) else {
            notes.change { $0.refusals["no answer", default: 0] += 1 }
            return nil
        }
        notes.add(judge.violations(answer, at: path), by: name)
        if answer.status != 200 {
            let code = (try? ControlValue(json: answer.body))?["code"].text ?? ""
            notes.change { $0.refusals["\(answer.status) \(code)", default: 0] += 1 }
        }
        return answer
    }

    /// A gateway that is killed leaves answers half sent: a player sees that by their length.
    private func isWhole(_ answer: SimpleHTTP.Answer) -> Bool {
        answer.header("content-length").flatMap { Int($0) }.map { $0 == answer.body.count } ?? true
    }

    /// Path and query of `uri` as seen from `base`, both without their host.
    static func path(_ uri: String, from base: String) -> String? {
        guard let url = URL(string: uri, relativeTo: URL(string: "http://gateway\(base)")) else { return nil }
        return url.path + (url.query.map { "?\($0)" } ?? "")
    }
}
