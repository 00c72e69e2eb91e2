import TestSupport

/// The viewers of a long run: two channels in three qualities each, and two films with seeks.
struct ChaosAudience: Sendable {
    private static let channels = [8, 16]
    private static let qualities = ["360p", "480p", "720p"]
    private static let films = ["vod-1906", "vod-1901"]

    let gateways: [String]
    let judge: AnswerJudge
    let notes: ChaosNotes
    /// Seconds without anything new that a viewer may have to bear.
    let longestSilence: Double
    var tellsRetries = false

    /// Watches to the end, while `other` is done. A viewer that still waits long after it has waited for ever.
    func watch(until end: ContinuousClock.Instant, while other: @escaping @Sendable () async -> Void = {}) async {
        await withTaskGroup(of: Void.self) { group in
            var tasks = 1
            for watcher in liveWatchers {
                group.addTask { await watcher.watch(until: end) }
                tasks += 1
            }
            for watcher in filmWatchers {
                group.addTask { await watcher.watch(until: end) }
                tasks += 1
            }
            group.addTask { await other() }
            group.addTask { try? await Task.sleep(until: end + .seconds(longestSilence), clock: .continuous) }
            for _ in 0..<tasks { _ = await group.next() }
            group.cancelAll()
        }
    }

    private var liveWatchers: [LiveWatcher] {
        Self.channels.flatMap { channel in
            Self.qualities.enumerated().map { index, quality in
                LiveWatcher(
                    client: client("live-\(channel) \(quality)"), channel: channel, quality: quality, gateway: index,
                    longestSilence: longestSilence)
            }
        }
    }

    private var filmWatchers: [FilmWatcher] {
        Self.films.enumerated().map { index, film in
            FilmWatcher(
                client: client(film), film: film, gateway: index, seed: UInt64(index + 1),
                longestSilence: longestSilence)
        }
    }

    private func client(_ name: String) -> ChaosClient {
        ChaosClient(gateways: gateways, name: name, judge: judge, notes: notes, tellsRetries: tellsRetries)
    }
}
