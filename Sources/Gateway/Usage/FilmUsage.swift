import Contracts

/// Counts what goes to the viewers of one film, measured by the film's own length and bit rates.
struct FilmUsage: Sendable {
    let tally: ServedTally
    let film: StreamID
    let offer: FilmOffer
    /// `DEFAULT_QUALITY`: what a viewer gets who chooses nothing.
    let preferred: Quality

    private var reference: String? { try? offer.variant(nil, preferred: preferred) }

    /// Somebody begins to watch it here; what of it is sent from now on is counted against its length.
    func opened() {
        tally.add(film, reference ?? preferred.rawValue, [.offered: Self.milliseconds(offer.info.grid.duration)])
    }

    /// A segment, or a fragment of a progressive file, was sent.
    /// - Parameter rendition: `720p`, also for its fragments.
    func sent(_ rendition: String, _ index: Int, bytes: Int, _ source: SegmentCache.Source) {
        var more: ServedTally.Counts = [.spared: spared(rendition, bytes)]
        if isVideo(rendition) {
            let piece = FilmPiece(rendition: rendition, index: index)
            more[.played] = Self.milliseconds(piece.map(offer.duration) ?? 0)
        }
        tally.segment(film, rendition: rendition, bytes: bytes, from: source, and: more)
    }

    /// A part of the file itself was sent, through us.
    func sentFile(bytes: Int, _ source: SegmentCache.Source) {
        let length = Double(Self.milliseconds(offer.info.grid.duration))
        let played = Int64(length * Double(bytes) / Double(max(1, offer.info.byteCount)))
        tally.segment(film, rendition: SourceFile.usage, bytes: bytes, from: source, and: [.played: played])
    }

    /// The viewer was sent to the provider's own address.
    func redirected() { tally.add(film, Quality.original.rawValue, [.direct: offer.info.byteCount]) }

    /// A playlist with addresses in the bucket was handed out. Nobody here sees what is fetched, so all of it counts.
    func listed(_ rendition: String, _ listing: BucketDelivery.Listing) {
        let durations = offer.durations(of: rendition).enumerated().filter { listing.contains($0.offset) }
        tally.add(
            film, rendition,
            [
                .presigned: Int64(durations.count) * Int64(listing.meanBytes),
                .played: isVideo(rendition) ? Self.milliseconds(durations.reduce(0) { $0 + $1.element }) : 0,
            ])
    }

    /// How many bytes more the same pictures would have been in the quality that nobody has to choose.
    private func spared(_ rendition: String, _ bytes: Int) -> Int64 {
        guard let reference, let height = Quality(rawValue: rendition)?.height,
            let other = Quality(rawValue: reference)?.height, height < other,
            let chosen = average(rendition), let usual = average(reference), chosen > 0, usual > chosen
        else { return 0 }
        return Int64(Double(bytes) * (Double(usual) / Double(chosen) - 1))
    }

    private func average(_ rendition: String) -> Int? {
        offer.info.videoTracks.first { $0.name == rendition }?.averageBandwidth
    }

    private func isVideo(_ rendition: String) -> Bool { offer.info.videoTracks.contains { $0.name == rendition } }

    private static func milliseconds(_ ticks: Int64) -> Int64 { ticks * 1000 / FilmGrid.ticksPerSecond }
}
