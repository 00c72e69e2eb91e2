import Runtime

/// Settings of the SegmentStore.
///
/// | variable | default | range | meaning |
/// | --- | --- | --- | --- |
/// | `REAP_INTERVAL` | 10 s | 100 ms to 5 m | time between two rounds of cleaning up |
/// | `STREAM_KEEP` | 60 s | 1 s to 1 h | a stream that nobody owns or wants keeps its playlist for this long |
/// | `STREAM_FORGET` | 10 m | 1 s to 1 d | and its state record for this long |
/// | `SESSION_KEEP` | 30 m | 1 m to 1 d | a viewer not heard of for this long is forgotten |
/// | `USAGE_KEEP_DAYS` | 400 | 32 to 4000 | days of counters: 400 are 13 months |
struct SegmentStoreSettings: Sendable {
    let interval: Duration
    let streamKeep: Duration
    let streamForget: Duration
    let sessionKeep: Duration
    let usageDays: Int

    init(_ settings: Settings) throws(SettingsError) {
        interval = try settings.duration(
            "REAP_INTERVAL", default: .seconds(10), range: .milliseconds(100) ... .seconds(300))
        streamKeep = try settings.duration("STREAM_KEEP", default: .seconds(60), range: .seconds(1) ... .seconds(3600))
        streamForget = try settings.duration(
            "STREAM_FORGET", default: .seconds(600), range: .seconds(1) ... .seconds(86_400))
        sessionKeep = try settings.duration(
            "SESSION_KEEP", default: .seconds(1800), range: .seconds(60) ... .seconds(86_400))
        usageDays = try settings.integer("USAGE_KEEP_DAYS", default: 400, range: 32...4000)
    }
}
