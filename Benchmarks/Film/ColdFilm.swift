import Foundation
import TestSupport

/// The first viewer of a film that nobody has asked for yet. Seconds.
struct ColdFilm {
    /// The request → the multivariant playlist: the film has been found, opened and looked into.
    let playlist: Double
    /// The request of the first segment, right after its playlist → all of it is there.
    let segment: Double
    /// From the first request to the first segment.
    let whole: Double

    init(_ stack: FilmStack, _ film: String, rendition: String) async throws {
        let began = ContinuousClock.now
        let viewing = try await Viewing.begin(stack.master(film), rendition: rendition)
        playlist = (ContinuousClock.now - began).inSeconds
        guard let first = try await viewing.load().segments.first else {
            throw Viewing.Refused(status: 200, text: "an empty playlist")
        }
        let asked = ContinuousClock.now
        _ = try await viewing.fetch(first)
        segment = (ContinuousClock.now - asked).inSeconds
        whole = (ContinuousClock.now - began).inSeconds
    }
}
