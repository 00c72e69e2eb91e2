/// How live channels are run. Read from the environment by `TranscoderSettings`.
struct LiveSettings: Sendable, Equatable {
    /// Which renditions are encoded.
    enum Renditions: String, Sendable, CaseIterable {
        /// All of the ladder, always.
        case always
        /// Only while somebody watches it.
        case watched
    }

    /// `LIVE_RENDITIONS`: `always` or `watched`.
    var renditions: Renditions = .always
    /// `LIVE_IDLE_TIMEOUT`: a channel without viewers is stopped after this. 5 to 600 s.
    var idleTimeout: Duration = .seconds(20)
    /// `SOURCE_GIVE_UP`: a channel whose source stays away for this long ends. 10 to 3600 s.
    var sourceGiveUp: Duration = .seconds(120)
    /// How long a rendition goes on after it was last asked for, in `watched` mode.
    var renditionLinger: Duration = .seconds(12)
    /// Segments in the playlist.
    var window = 10

    init() {}
}
