import Foundation
import TestSupport

/// A viewer of a film who leaps about in it, plays a little at each place, and remembers what every segment was.
struct FilmWatcher: Sendable {
    /// Segments that are played after a seek.
    private static let run = 3

    let client: ChaosClient
    let film: String
    let gateway: Int
    let seed: UInt64
    /// Seconds for one segment that break "nothing waits for ever".
    let longestSilence: Double

    func watch(until end: ContinuousClock.Instant) async {
        var random = SmallRandom(state: seed | 1)
        var known: [String: [UInt8]] = [:]
        guard let segments = await open(), !segments.isEmpty else { return }
        while ContinuousClock.now < end, !Task.isCancelled {
            let place = Int(random.next() >> 33) % segments.count
            for address in segments[place...].prefix(Self.run) where ContinuousClock.now < end {
                let began = ContinuousClock.now
                guard let answer = await client.get(address, from: gateway) else {
                    let rule = Task.isCancelled ? "silence" : "film.lost"
                    complain(rule, address, "did not come in \(ContinuousClock.now - began)")
                    break
                }
                judge(answer.body, address, &known, seconds: (ContinuousClock.now - began).inSeconds)
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Paths of all segments of the lowest variant.
    private func open() async -> [String]? {
        let master = "/api/hls/\(film)/master.m3u8"
        guard let answer = await client.get(master, from: gateway),
            let variant = MultivariantPlaylist.parse(answer.body).playlist.variants.first,
            let path = ChaosClient.path(variant.uri, from: master),
            let list = await client.get(path, from: gateway)
        else {
            complain("film.closed", film, "no playlist")
            return nil
        }
        return MediaPlaylist.parse(list.body).playlist.segments.compactMap { ChaosClient.path($0.uri, from: path) }
    }

    /// The same address is the same bytes for ever (DESIGN §5.3). The demo has small films: all of one is kept.
    private func judge(_ bytes: [UInt8], _ address: String, _ known: inout [String: [UInt8]], seconds: Double) {
        client.notes.change { $0.filmSegments += 1 }
        if bytes.first != 0x47 || bytes.count % 188 != 0 { complain("film.packets", address, "\(bytes.count) bytes") }
        if let before = known[address], before != bytes { complain("film.changed", address, "other bytes than before") }
        known[address] = bytes
        if seconds > longestSilence { complain("silence", address, "took \(Int(seconds)) s") }
    }

    private func complain(_ rule: String, _ place: String, _ message: String) {
        client.notes.add([Violation(rule, at: place, message)], by: client.name)
    }
}
