import Contracts

/// The JSON of `/api/live/:streamId`, field by field as API.md has it, with the playback session.
struct LiveAnswer: Encodable, Sendable {
    struct Variant: Encodable, Sendable, Equatable {
        let name: String
        let width: Int
        let height: Int
        /// Peak bits per second.
        let bandwidth: Int
        let url: String
        /// What an hour of it costs the viewer, by the average on the wire.
        let megabytesPerHour: Int
    }

    /// The provider token in use: whether one was at hand, and seconds that it is still good for.
    struct Token: Sendable, Equatable {
        let cached: Bool
        let expiresIn: Int
    }

    let success = true
    let streamId: String
    let url: String
    let cached: Bool
    /// When this was answered, ISO 8601 in UTC.
    let timestamp: String
    let expiresIn: Int
    let quality: String
    /// Only if the asked quality is not offered and was lowered.
    let requestedQuality: String?
    let qualities: [Variant]
    /// Whether the channel runs already; if not, it is being started.
    let started: Bool
    let session: String

    /// - Parameter base: `https://host` of this gateway.
    init(
        stream: StreamID, base: String, session: String, asked: Quality?, choice: RenditionChoice,
        snapshot: StreamSnapshot,
        token: Token, now: Int64
    ) throws(APIError) {
        let chosen = QualityChoice.word(for: try choice.variant(asked, snapshot.info))
        let root = "\(base)/api/hls/\(stream)"
        streamId = stream.number
        // Only what differs from the default has to be said: the master playlist knows the rest.
        let quality = asked == nil ? "" : "&quality=\(chosen)"
        url = "\(root)/master.m3u8?session=\(session)\(quality)"
        cached = token.cached
        timestamp = ProgramDate.text(now)
        expiresIn = token.expiresIn
        self.quality = chosen
        requestedQuality = asked.flatMap { $0.rawValue == chosen ? nil : $0.rawValue }
        qualities = Self.variants(choice, snapshot.info, root: "\(root)/s/\(session)")
        started = snapshot.isPlayable() && !snapshot.hasEnded
        self.session = session
    }

    private static func variants(_ choice: RenditionChoice, _ info: LiveStreamInfo?, root: String) -> [Variant] {
        guard let info else {
            // Nothing is known before the channel was opened once: the ladder as configured, at 16:9.
            let rungs = LiveLadder.standard.filter { choice.offered(nil).contains($0.name) }
            let pictures = rungs.map { rung in
                let bits = rung.videoBitrate + rung.audioBitrate
                return Variant(
                    name: rung.name, width: (rung.height * 16 / 9 + 1) / 2 * 2, height: rung.height, bandwidth: bits,
                    url: "\(root)/\(rung.name).m3u8", megabytesPerHour: megabytes(bits))
            }
            let sound = LiveLadder.standard.map(\.audioBitrate).min() ?? 0
            return pictures + [
                Variant(
                    name: Quality.audio.rawValue, width: 0, height: 0, bandwidth: sound, url: "\(root)/audio.m3u8",
                    megabytesPerHour: megabytes(sound))
            ]
        }
        return variants(QualityChoice.offered(info.tracks, maximum: choice.maximum), of: info.tracks, root: root)
    }

    /// What can be played of a channel or a film, best first, sound alone last.
    /// - Parameters:
    ///   - pictures: those of `tracks` that are offered.
    ///   - root: where the session's media playlists are.
    static func variants(
        _ pictures: [LiveStreamInfo.Track], of tracks: [LiveStreamInfo.Track], root: String
    ) -> [Variant] {
        let language = tracks.languages.first
        return pictures.map { track in
            Variant(
                name: track.name, width: track.width, height: track.height,
                bandwidth: track.bandwidth + (language?.bandwidth ?? 0), url: "\(root)/\(track.name).m3u8",
                megabytesPerHour: megabytes(track.averageBandwidth + (language?.averageBandwidth ?? 0)))
        }
            + (tracks.sound.map { [$0] } ?? []).map { sound in
                Variant(
                    name: Quality.audio.rawValue, width: 0, height: 0, bandwidth: sound.bandwidth,
                    url: "\(root)/\(sound.name).m3u8", megabytesPerHour: megabytes(sound.averageBandwidth))
            }
    }

    /// Bits per second as 10^6 bytes per hour.
    static func megabytes(_ bits: Int) -> Int { (bits * 3600 / 8 + 500_000) / 1_000_000 }
}
