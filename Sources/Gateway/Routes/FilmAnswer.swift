import Contracts

/// `format=json` of the film routes: what was decided, why, and where everything is.
struct FilmAnswer: Encodable, Sendable {
    struct Links: Encodable, Sendable {
        let hls: String
        let mp4: String
        /// Only where the file itself can be played.
        let direct: String?
    }

    let success = true
    let streamId: String
    /// `direct`, `hls` or `mp4`: what `url` leads to.
    let delivery: PlayChoice.Way
    let reason: String
    /// What the file is: `direct`, `remux` or `transcode`.
    let decision: String
    let url: String
    let urls: Links
    let container: String
    /// Seconds.
    let duration: Double
    let quality: String
    /// Only if the asked quality is not offered and was lowered.
    let requestedQuality: String?
    let qualities: [LiveAnswer.Variant]
    let audio: [ProbeAnswer.Audio]
    let subtitles: [ProbeAnswer.Subtitles]
    let session: String

    /// - Parameter base: `https://host` of this gateway.
    init(
        film: StreamID, offer: FilmOffer, choice: PlayChoice, session: PlaybackSession, asked: Quality?, base: String
    ) {
        let info = offer.info
        streamId = film.description
        delivery = choice.way
        reason = choice.reason
        decision = info.decision.mode.rawValue
        let page = "\(base)\(Self.page(film))"
        let chosen = QualityChoice.word(for: choice.rendition)
        let hasFile = choice.way != .direct && chosen != Quality.audio.rawValue
        let mp4Quality = hasFile ? "&quality=\(chosen)" : ""
        urls = Links(
            hls: base + Self.master(film, session, choice.way == .hls ? choice.rendition : nil),
            mp4: "\(page)?format=mp4&session=\(session.text)\(mp4Quality)",
            direct: info.decision.mode == .direct ? "\(page)?quality=original&session=\(session.text)" : nil)
        switch choice.way {
        case .hls: url = urls.hls
        case .mp4: url = urls.mp4
        case .direct: url = urls.direct ?? urls.hls
        }
        container = info.container.rawValue
        duration = ProbeAnswer.seconds(info.grid.duration)
        quality = chosen
        requestedQuality = asked.flatMap { $0.rawValue == chosen ? nil : $0.rawValue }
        qualities = LiveAnswer.variants(
            offer.variants, of: info.renditions, root: "\(base)/api/hls/\(film)/s/\(session.text)")
        audio = info.audio.map { .init($0, info) }
        subtitles = info.subtitles.map { .init($0) }
        self.session = session.text
    }

    /// The path of a film's multivariant playlist.
    /// - Parameter first: the rendition that it begins with; `nil`: the default.
    static func master(_ film: StreamID, _ session: PlaybackSession, _ first: String?) -> String {
        "/api/hls/\(film)/master.m3u8?session=\(session.text)"
            + (first.map { "&quality=\(QualityChoice.word(for: $0))" } ?? "")
    }

    /// The path that leads to this answer's film.
    private static func page(_ film: StreamID) -> String {
        "/api/stream/\(film.kind.rawValue)/\(film.number.split(separator: "-").joined(separator: "/"))"
    }
}
