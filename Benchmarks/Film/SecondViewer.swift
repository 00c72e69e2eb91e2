import Foundation
import TestSupport

/// Somebody comes to a part of a film that another has watched: nothing is encoded, nothing is asked of the provider.
struct SecondViewer {
    /// Seconds of each segment, from the request to its last byte.
    let times: Samples
    let segmentsMade: Int
    let providerBytes: Int

    init(_ stack: FilmStack, _ film: String, rendition: String, segments count: Int) async throws {
        // The one who watched it first.
        let first = try await Viewing.begin(stack.master(film), rendition: rendition)
        for segment in try await first.load().segments.prefix(count) { _ = try await first.fetch(segment) }
        try await stack.waitUntilIdle()
        let (made, bytes) = (try await stack.segmentsMade(), try await stack.providerBytes())
        let second = try await Viewing.begin(stack.master(film), rendition: rendition)
        var times = Samples()
        for segment in try await second.load().segments.prefix(count) {
            let asked = ContinuousClock.now
            _ = try await second.fetch(segment)
            times.add((ContinuousClock.now - asked).inSeconds)
        }
        self.times = times
        // What is made ahead of the second is made ahead of the first, too: nothing is new.
        segmentsMade = try await stack.segmentsMade() - made
        providerBytes = try await stack.providerBytes() - bytes
    }
}
