import Contracts
import Media

/// One rendition as it is made for this channel.
struct Rung: Sendable, Equatable {
    let rendition: Rendition
    let size: PictureSize

    var name: String { rendition.name }
}

extension Rung {
    /// The rungs for a source picture, best first: those of the ladder that are not above the source. A source below all
    /// of them gets the lowest one at its own height, under the ladder's name: never upscale, never nothing.
    static func ladder(
        _ ladder: [Rendition], width: Int, height: Int, sampleAspectRatio: Rational?
    ) -> [Rung] {
        let sorted = ladder.sorted { $0.height > $1.height }
        let fitting = sorted.filter { $0.height <= height }
        return (fitting.isEmpty ? sorted.suffix(1) : fitting).map {
            Rung(
                rendition: $0,
                size: PictureSize(
                    sourceWidth: width, sourceHeight: height, sampleAspectRatio: sampleAspectRatio, height: $0.height))
        }
    }
}
