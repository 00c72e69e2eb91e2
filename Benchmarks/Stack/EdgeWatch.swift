import Foundation
import Synchronization
import TestSupport

/// Notes when each segment of a channel stood in the playlist first.
final class EdgeWatch: Sendable {
    struct Entry: Sendable {
        let sequence: Int64
        /// The owner's fencing token, as it stands in the segment's name.
        let epoch: String
        let arrival: SimulatedPlayer.Arrival
    }

    struct Broken: Error, CustomStringConvertible { let description: String }

    private let seen = Mutex<[Entry]>([])
    private let start = ContinuousClock.now

    var entries: [Entry] { seen.withLock { $0 } }
    var now: Double { (ContinuousClock.now - start).inSeconds }

    /// Follows until cancelled. A failed request is tried again at once: what counts is when segments can be had.
    func follow(_ viewing: Viewing) async throws {
        while !Task.isCancelled {
            if let list = try? await viewing.load() { try note(list, at: now) }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Returns the first entry that fits; throws after `seconds`.
    func wait(_ what: String, seconds: Double, until isIt: @Sendable ([Entry]) -> Entry?) async throws -> Entry {
        let deadline = now + seconds
        while now < deadline {
            if let found = isIt(entries) { return found }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Broken(description: "waited \(seconds) s in vain for \(what)")
    }

    private func note(_ list: MediaPlaylist, at time: Double) throws {
        try seen.withLock { seen in
            let next = seen.last.map { $0.sequence + 1 }
            let new = list.segments.filter { $0.sequence >= next ?? 0 }
            if let next, let first = new.first, first.sequence != next {
                throw Broken(description: "the playlist jumps from \(next - 1) to \(first.sequence)")
            }
            for segment in new {
                let name = segment.uri.split(separator: "/").last ?? ""
                seen.append(
                    Entry(
                        sequence: segment.sequence, epoch: String(name.prefix { $0 != "-" }),
                        arrival: .init(at: time, duration: Double(segment.microseconds) / 1e6)))
            }
        }
    }
}
