import Contracts
import Foundation
import Redis

/// When each step of a cold start was done, as Redis and the provider's own log tell. Seconds since 1970.
struct StartTimeline: Sendable {
    enum Step: String, CaseIterable, Sendable {
        case claimed = "request → a worker owns the channel"
        case token = "→ token"
        case connected = "→ the provider sends"
        case described = "→ format known"
        case recorded = "→ first segment recorded"
        case master = "→ multivariant playlist in hand"
        case segment = "→ first segment in hand"
    }

    let begin: Double
    private(set) var times: [Step: Double] = [:]

    init(begin: Double) { self.begin = begin }

    mutating func note(_ step: Step, at time: Double) { if times[step] == nil { times[step] = time } }

    /// Since the request; nil if the step was not seen.
    func seconds(until step: Step) -> Double? { times[step].map { $0 - begin } }

    /// What the channel's hints say: it is claimed first, then its source is being opened, then it is described.
    mutating func hear(_ payload: String, isToken: Bool, states: inout Int, at time: Double) {
        if isToken { return note(.token, at: time) }
        if payload == "segment" { return note(.recorded, at: time) }
        states += 1
        if states == 1 { note(.claimed, at: time) }
        if states == 3 { note(.described, at: time) }
    }
}
