import Foundation
import TestSupport

/// What `/api/stats/streams` says of all running channels at one moment.
struct FleetGlance: Sendable {
    struct Channel: Sendable {
        let stream: String
        /// Seconds of media per second.
        let speed: Double
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
                    stream: $0.stream, speed: $0.speed ?? 0, shedLevel: $0.shedLevel ?? 0, encoding: $0.encoding,
                    lastSequence: $0.lastSequence ?? 0)
            })
    }

    var mostShed: Int { channels.map(\.shedLevel).max() ?? 0 }
    var slowest: Double { channels.map(\.speed).min() ?? .nan }

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
