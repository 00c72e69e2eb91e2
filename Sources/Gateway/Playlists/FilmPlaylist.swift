import Contracts

/// A film's media playlist as text: complete from the first answer on, a pure function of the film and the rendition
/// (MEDIA.md §3.1, §3.2), and of what is stored where viewers get at it. Nothing has to be encoded for it.
struct FilmPlaylist {
    let offer: FilmOffer
    let rendition: String
    /// What leads from the playlist's own URL to `/api/hls/<film>/`: empty, or `../../` below a session's path.
    let prefix: String
    /// The path element that gives access to this version's segments.
    let capability: String
    /// Segments that viewers get from the bucket itself; `nil`: all come through the gateway.
    var listing: BucketDelivery.Listing?

    func text() -> String {
        let folder = "\(prefix)\(capability)/\(rendition)/\(offer.info.version)/"
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXT-X-TARGETDURATION:\(offer.targetDuration)", "#EXT-X-MEDIA-SEQUENCE:0",
        ]
        for (index, duration) in offer.durations(of: rendition).enumerated() {
            guard let piece = FilmPiece(rendition: rendition, index: index) else { break }
            lines.append("#EXTINF:\(MediaPlaylist.seconds(ticks: duration)),")
            lines.append(listing?.address(of: index) ?? folder + FilmSegmentName.file(piece))
        }
        lines.append("#EXT-X-ENDLIST\n")
        return lines.joined(separator: "\n")
    }
}
