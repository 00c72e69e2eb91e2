import Foundation
import TestSupport

/// A viewer of one quality of a channel who judges all that comes, until the run is over.
struct LiveWatcher: Sendable {
    /// A pause between segments that is longer than this many target durations is an interruption.
    private static let patience = 1.5
    /// Seconds of media behind the edge at which players begin.
    private static let behind = 12.0

    let client: ChaosClient
    let channel: Int
    let quality: String
    let gateway: Int
    /// Seconds without anything new that break "nothing waits for ever".
    let longestSilence: Double

    func watch(until end: ContinuousClock.Instant) async {
        guard let (playlist, frameRate) = await begin(),
            var line = LiveLine(name: "live-\(channel) \(quality)", frameRate: frameRate, expectations: expectations)
        else {
            return client.notes.add([Violation("silence", at: "the beginning", "never began")], by: client.name)
        }
        var path = playlist
        var judged = 0
        var arrivals: [SimulatedPlayer.Arrival] = []
        while ContinuousClock.now < end, !Task.isCancelled {
            guard let answer = await client.get(path, from: gateway) else {
                // The session is forgotten: a player opens the channel anew.
                guard let fresh = await begin() else { break }
                path = fresh.playlist
                continue
            }
            for segment in line.add(answer.body) {
                guard let address = ChaosClient.path(segment.uri, from: path),
                    let media = await client.get(address, from: gateway)
                else { continue }
                line.add(segment, media.body)
                note(segment, after: arrivals.last)
                let seconds = Double(segment.microseconds) / 1e6
                arrivals.append(.init(at: Date().timeIntervalSince1970, duration: seconds))
            }
            let violations = line.violations
            client.notes.add(Array(violations.dropFirst(judged)), by: client.name)
            judged = max(judged, violations.count)
            try? await Task.sleep(for: .seconds(1))
        }
        finish(line, arrivals)
    }

    private var expectations: HLSExpectations {
        var expectations = HLSExpectations.live
        expectations.allowsFailures = true
        expectations.allowsHandover = true
        expectations.allowsShedding = true
        return expectations
    }

    private func begin() async -> (playlist: String, frameRate: Double)? {
        let master = "/api/hls/live-\(channel)/master.m3u8"
        while !Task.isCancelled {
            if let answer = await client.get(master, from: gateway) {
                let variants = MultivariantPlaylist.parse(answer.body).playlist.variants
                let wanted = variants.first { $0.uri.contains("/\(quality).m3u8") } ?? variants.first
                if let wanted, let rate = wanted.frameRate, let path = ChaosClient.path(wanted.uri, from: master) {
                    return (path, rate)
                }
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
        return nil
    }

    private func note(_ segment: MediaPlaylist.Segment, after last: SimulatedPlayer.Arrival?) {
        let since = last.map { Date().timeIntervalSince1970 - $0.at } ?? 0
        let due = Double(segment.microseconds) / 1e6
        client.notes.change {
            $0.segments += 1
            if since > Self.patience * max(due, 4) { $0.interruptions.append(since - due) }
        }
        guard since > longestSilence else { return }
        client.notes.add(
            [Violation("silence", at: "seq \(segment.sequence)", "nothing new for \(Int(since)) s")], by: client.name)
    }

    private func finish(_ line: LiveLine, _ arrivals: [SimulatedPlayer.Arrival]) {
        let player = SimulatedPlayer(arrivals, behind: Self.behind)
        client.notes.change {
            $0.jumps += line.jumps
            $0.stalls += player.stalls
        }
        let silence = arrivals.last.map { Date().timeIntervalSince1970 - $0.at } ?? .infinity
        guard silence > longestSilence else { return }
        client.notes.add([Violation("silence", at: "the end", "nothing new for \(silence) s")], by: client.name)
    }
}
