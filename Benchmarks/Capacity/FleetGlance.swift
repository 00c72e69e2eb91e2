import Foundation
import TestSupport

/// What `/api/stats/streams` says of all running channels at one moment.
struct FleetGlance: Sendable {
    struct Channel: Sendable {
        let stream: String
        /// Seconds of media per second; nil: it has just begun.
        let speed: Double?
        let shedLevel: Int
        let encoding: [String]
        let lastSequence: Int
    }

    let channels: [Channel]

    static func take(_ stack: DashStack) async throws -> FleetGlance {
        let answer = try await SimpleHTTP.send("GET", stack.url + "/api/stats/streams")
        let report = try JSONDecoder().decode(Report.self, from: Data(answer.body))
        return FleetGlance(
            channels: report.streams.map {
                Channel(
                    stream: $0.stream, speed: $0.speed, shedLevel: $0.shedLevel ?? 0, encoding: $0.encoding,
                    lastSequence: $0.lastSequence ?? 0)
            })
    }

    var mostShed: Int { channels.map(\.shedLevel).max() ?? 0 }
    /// nil while no channel has a speed.
    var slowest: Double? { channels.compactMap(\.speed).min() }

    private struct Report: Decodable {
        struct Stream: Decodable {
            let stream: String
            let encoding: [String]
            let speed: Double?
            let shedLevel: Int?
            let lastSequence: Int?
        }

        let streams: [Stream]
    }
}
