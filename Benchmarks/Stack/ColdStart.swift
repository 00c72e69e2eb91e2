import Contracts
import Foundation
import Redis
import TestSupport

/// One first request of a channel that nobody watches, until its first segment is there.
struct ColdStart: Sendable {
    let bench: BenchStack
    let channel: Int

    func measure() async throws -> StartTimeline {
        let stream = try BenchStack.stream(channel)
        let channels = [bench.keys.streamChannel(stream), bench.keys.tokenChannel(stream)]
        let sequence = try await bench.provider.report("log")["next"].int ?? 0
        let master = bench.stack.master(channel)
        var timeline = try await bench.subscriber.subscribe(to: channels) { hints in
            let begin = Date().timeIntervalSince1970
            async let answers = Self.firstSegment(master)
            var timeline = StartTimeline(begin: begin)
            var states = 0
            while timeline.seconds(until: .recorded) == nil {
                guard case .message(let name, let payload)? = try await hints.next(within: .seconds(15)) else { break }
                timeline.hear(
                    payload, isToken: name == channels[1], states: &states, at: Date().timeIntervalSince1970)
            }
            let (masterAt, segmentAt) = try await answers
            timeline.note(.master, at: masterAt)
            timeline.note(.segment, at: segmentAt)
            return timeline
        }
        for event in try await bench.provider.report("log?since=\(sequence)")["events"].list
        where event["event"].text == "open" && event["stream"].text == "\(stream)" {
            if let time = event["unix_ms"].int { timeline.note(.connected, at: Double(time) / 1000) }
        }
        return timeline
    }

    private static func firstSegment(_ master: String) async throws -> (master: Double, segment: Double) {
        let viewing = try await Viewing.begin(master)
        guard let segment = try await viewing.load().segments.first else {
            throw Viewing.Refused(status: 200, text: "an empty playlist")
        }
        _ = try await viewing.fetch(segment)
        return (viewing.masterAt, Date().timeIntervalSince1970)
    }

    /// A new viewer of a running channel: seconds until the newest segment is there, and until the playlist is.
    static func warm(_ master: String) async throws -> (playlist: Double, segment: Double) {
        let begin = ContinuousClock.now
        let viewing = try await Viewing.begin(master)
        guard let segment = try await viewing.load().segments.last else {
            throw Viewing.Refused(status: 200, text: "an empty playlist")
        }
        let playlist = (ContinuousClock.now - begin).inSeconds
        _ = try await viewing.fetch(segment)
        return (playlist, (ContinuousClock.now - begin).inSeconds)
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
