import Contracts
import FoundationEssentials
import Live
import Runtime
import Upstream

/// The transcoder's own settings.
///
/// | variable | default | range | meaning |
/// | --- | --- | --- | --- |
/// | `FFMPEG_THREADS` | all cores | 1 to 256 | cores that this worker may use: size of its encoding pool |
/// | `LIVE_RENDITIONS` | `always` | `always`, `watched` | encode the whole ladder, or only what somebody watches |
/// | `LIVE_LADDER` | `720p,480p,360p` | known names | renditions offered; `240p` may be added for poor links |
/// | `LIVE_IDLE_TIMEOUT` | 20 s | 5 s to 10 m | a channel without viewers stops after this |
/// | `SOURCE_GIVE_UP` | 120 s | 10 s to 1 h | a channel whose source stays away for so long ends |
/// | `SOURCE_STALL` | 5 s | 1 s to 60 s | no byte for so long: the source is opened again |
/// | `CACHE_DIR` | system's temporary folder | a path | where blocks of films are kept; emptied at start |
/// | `CACHE_MAX_BYTES` | 2G | 64M to 10T | disk for those blocks; those unused for longest go first |
/// | `FILM_AHEAD_BYTES` | 64M | 4M to 1G | bytes of films that this worker may have on the media Redis before it stops reading ahead |
/// | `METADATA_CACHE_TTL` | 1 d | 0 to 30 d | how long what was found in a film's file is believed; then it is looked at anew |
/// | `UPSTREAM_USER_AGENT` | a player's | visible ASCII | what the provider is told; some refuse unknown ones |
/// | `UPSTREAM_ALLOW_PRIVATE` | none | CIDRs | private networks that sources may be in (demos and tests) |
struct TranscoderSettings: Sendable {
    var cores: Int
    var live = LiveSettings()
    var engine = LiveEngineSettings()
    var upstream: UpstreamPolicy
    var cacheDirectory: String
    var cacheBytes: Int64
    var filmBytes: Int
    var probeLifetime: Duration

    init(_ settings: Settings) throws(SettingsError) {
        cores = try settings.integer("FFMPEG_THREADS", default: Machine.cores, range: 1...256)
        live.renditions = try settings.choice("LIVE_RENDITIONS", default: .always)
        live.idleTimeout = try settings.duration(
            "LIVE_IDLE_TIMEOUT", default: .seconds(20), range: .seconds(5)...(.seconds(600)))
        engine.giveUpAfter = try settings.duration(
            "SOURCE_GIVE_UP", default: .seconds(120), range: .seconds(10)...(.seconds(3600)))
        engine.stallAfter = try settings.duration(
            "SOURCE_STALL", default: .seconds(5), range: .seconds(1)...(.seconds(60)))
        engine.ladder = try Self.ladder(settings)
        upstream = try Self.upstream(settings)
        cacheDirectory = try settings.text(
            "CACHE_DIR", default: FileManager.default.temporaryDirectory.path, maximumLength: 500)
        cacheBytes = try settings.bytes("CACHE_MAX_BYTES", default: 2 << 30, range: (64 << 20)...(10 << 40))
        probeLifetime = try settings.duration(
            "METADATA_CACHE_TTL", default: .seconds(86_400), range: .zero ... .seconds(30 * 86_400))
        filmBytes = Int(try settings.bytes("FILM_AHEAD_BYTES", default: 64 << 20, range: (4 << 20)...(1 << 30)))
    }

    private static func ladder(_ settings: Settings) throws(SettingsError) -> [Rendition] {
        let names = try settings.list(
            "LIVE_LADDER", default: LiveLadder.standard.map(\.name), example: "720p,480p,360p")
        let rungs = LiveLadder.known.filter { names.contains($0.name) }
        guard rungs.count == names.count else {
            throw SettingsError(
                "LIVE_LADDER", value: names.joined(separator: ","),
                expected: "a list of \(LiveLadder.known.map(\.name).joined(separator: ", "))", example: "720p,480p,360p"
            )
        }
        return rungs
    }

    private static func upstream(_ settings: Settings) throws(SettingsError) -> UpstreamPolicy {
        let agent = try settings.text(
            "UPSTREAM_USER_AGENT", default: UpstreamPolicy.defaultUserAgent, maximumLength: 200)
        let networks = try settings.cidrs("UPSTREAM_ALLOW_PRIVATE").compactMap { NetworkBlock($0.description) }
        do {
            return try UpstreamPolicy(userAgent: agent, allowPrivate: networks)
        } catch {
            throw SettingsError(
                "UPSTREAM_USER_AGENT", value: agent, expected: "a text of visible ASCII characters",
                example: UpstreamPolicy.defaultUserAgent)
        }
    }
}
