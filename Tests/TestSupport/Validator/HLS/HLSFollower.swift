import Upstream

/// Follows one media playlist until it ends or the task is cancelled, and fetches each segment once, in order.
struct HLSFollower: Sendable {
    static let playlistType = "application/vnd.apple.mpegurl"
    private static let segmentType = "video/mp2t"
    /// How often a segment is asked for before it counts as lost.
    private static let attempts = 3
    private static let retryPause = Duration.milliseconds(300)

    let http: HLSRequests
    let master: UpstreamURL
    /// Which rendition of the recording.
    let index: Int
    let recording: WatchedValue<HLSRecording>
    let start: ContinuousClock.Instant
    let options: HLSClient.Options

    func run() async {
        guard let url = try? master.resolving(recording.value.renditions[index].uri) else {
            return fail("http.status", "playlist", "its URI cannot be resolved")
        }
        var latest: MediaPlaylist?
        var asked: Set<Int64> = []
        while !Task.isCancelled, latest?.isEnded != true {
            if let playlist = await reload(url, after: latest) {
                await fetchSegments(playlist, from: url, &asked)
                latest = playlist
            } else {
                try? await Task.sleep(for: Self.retryPause)
            }
        }
    }

    /// The next version; nil if the request failed.
    private func reload(_ url: UpstreamURL, after latest: MediaPlaylist?) async -> MediaPlaylist? {
        let blocks = options.usesBlockingReload && latest?.canBlockReload == true
        if let latest, !blocks { try? await Task.sleep(for: .milliseconds(500 * latest.targetDuration)) }
        guard !Task.isCancelled, let target = try? blocks ? blocking(url, latest?.endSequence ?? 0) : url,
            let body = await get(target, "playlist", type: Self.playlistType)
        else { return nil }
        let playlist = MediaPlaylist.parse(body).playlist
        let version = HLSRecording.Version(bytes: body, time: ContinuousClock.now - start)
        recording.change { $0.renditions[index].versions.append(version) }
        if blocks, let latest, playlist.endSequence <= latest.endSequence, !playlist.isEnded {
            fail("http.reload", "playlist", "answered without seq \(latest.endSequence), which was asked for")
        }
        return playlist
    }

    private func blocking(_ url: UpstreamURL, _ sequence: Int64) throws -> UpstreamURL {
        try UpstreamURL("\(url.secretText)\(url.query == nil ? "?" : "&")_HLS_msn=\(sequence)")
    }

    private func fetchSegments(_ playlist: MediaPlaylist, from url: UpstreamURL, _ asked: inout Set<Int64>) async {
        for segment in playlist.segments where !segment.isGap && asked.insert(segment.sequence).inserted {
            guard let target = try? url.resolving(segment.uri) else {
                fail("http.status", "seq \(segment.sequence)", "its URI cannot be resolved")
                continue
            }
            await fetch(segment.sequence, target)
        }
    }

    private func fetch(_ sequence: Int64, _ url: UpstreamURL) async {
        for attempt in 1...Self.attempts where !Task.isCancelled {
            if let body = await get(url, "seq \(sequence)", type: Self.segmentType) {
                let time = ContinuousClock.now - start
                return recording.change {
                    $0.arrivals[$0.renditions[index].name, default: [:]][sequence] = time
                    $0.renditions[index].segments[sequence] = body
                }
            }
            if attempt < Self.attempts { try? await Task.sleep(for: Self.retryPause) }
        }
    }

    /// The body of a 200; anything else is put down as a failure.
    private func get(_ url: UpstreamURL, _ what: String, type: String) async -> [UInt8]? {
        do {
            let answer = try await http.get(url)
            guard answer.status == 200 else {
                fail(
                    "http.status", what, "\(answer.status) \(String(decoding: answer.body.prefix(300), as: UTF8.self))")
                return nil
            }
            if answer.type != type { fail("http.type", what, "Content-Type \(answer.type ?? "")") }
            return answer.body
        } catch {
            if !Task.isCancelled { fail("http.status", what, "\(error)") }
            return nil
        }
    }

    private func fail(_ rule: String, _ what: String, _ message: String) {
        let time = ContinuousClock.now - start
        recording.change {
            $0.failures.append(
                .init(rule: rule, place: "\($0.renditions[index].name) \(what)", message: message, time: time))
        }
    }
}
