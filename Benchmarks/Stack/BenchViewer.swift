import Foundation
import TestSupport

/// One viewer: follows one rendition as a plain player does, a playlist every half target duration, each segment once.
struct BenchViewer: Sendable {
    struct Result: Sendable {
        var requests = 0
        var bytes = 0
        var segments = 0
        var errors: [String] = []
        /// Seconds of each media playlist request.
        var playlistTimes: [Double] = []
    }

    let master: String
    let rendition: String

    func watch(until end: ContinuousClock.Instant) async -> Result {
        var result = Result()
        do {
            let viewing = try await Viewing.begin(master, rendition: rendition)
            result.requests += 1
            var next: Int64?
            while ContinuousClock.now < end {
                let asked = ContinuousClock.now
                let list = try await viewing.load()
                result.playlistTimes.append((ContinuousClock.now - asked).inSeconds)
                result.requests += 1
                for segment in list.segments where segment.sequence >= next ?? list.endSequence - 3 {
                    result.bytes += try await viewing.fetch(segment)
                    result.requests += 1
                    result.segments += 1
                }
                next = list.endSequence
                try await Task.sleep(until: asked + .seconds(Double(list.targetDuration) / 2), clock: .continuous)
            }
        } catch {
            result.errors.append("\(error)")
        }
        return result
    }
}
