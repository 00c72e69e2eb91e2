import Upstream

/// A real HLS client over HTTP: loads the multivariant playlist, follows several media playlists at once as a player
/// would follow one, and keeps everything that it got.
public struct HLSClient: Sendable {
    public struct Options: Sendable {
        /// Names of the renditions to follow (`720p`); nil: all.
        public var renditions: Set<String>?
        public var headers: [(name: String, value: String)] = []
        /// Of one request; longer than a playlist request may be held.
        public var deadline = Duration.seconds(30)
        /// With `false`, or where it is not offered, playlists are asked for every half target duration.
        public var usesBlockingReload = true

        public init() {}
    }

    public struct Failed: Error, CustomStringConvertible {
        public let description: String
    }

    private let master: String
    private let options: Options

    /// - Parameter master: `http://127.0.0.1:3000/api/hls/live-8/master.m3u8`. Private addresses are fine.
    public init(_ master: String, options: Options = Options()) {
        self.master = master
        self.options = options
    }

    /// Records until the condition holds. What is recorded so far can be looked at in it; it must be quick.
    ///
    /// - Parameter patience: For everything together; then it throws and says what has come.
    public func record(
        within patience: Duration, until isEnough: @escaping @Sendable (HLSRecording) -> Bool
    ) async throws -> HLSRecording {
        let http = try HLSRequests(options)
        do {
            let recording = try await record(http, within: patience, until: isEnough)
            await http.close()
            return recording
        } catch {
            await http.close()
            throw error
        }
    }

    /// Records so many segments of each rendition.
    public func record(segments: Int, within patience: Duration) async throws -> HLSRecording {
        try await record(within: patience) { !$0.renditions.isEmpty && $0.completeSegments >= segments }
    }

    private func record(
        _ http: HLSRequests, within patience: Duration, until isEnough: @escaping @Sendable (HLSRecording) -> Bool
    ) async throws -> HLSRecording {
        let clock = ContinuousClock()
        let start = clock.now
        let url = try UpstreamURL(master)
        let (bytes, failures) = try await http.master(url, start: start, within: patience)
        let playlist = MultivariantPlaylist.parse(bytes).playlist
        let renditions = (playlist.variants.map(\.uri) + playlist.media.compactMap(\.uri))
            .map { HLSRecording.Rendition(name: Self.name(of: $0), uri: $0) }
            .filter { options.renditions?.contains($0.name) ?? true }
        guard !renditions.isEmpty else {
            throw Failed(description: "no rendition to follow in \(String(decoding: bytes, as: UTF8.self))")
        }
        var empty = HLSRecording(master: bytes, renditions: renditions)
        empty.failures = failures
        let recording = WatchedValue(empty)
        let left = patience - (clock.now - start)
        let isComplete = await withTaskGroup(of: Bool?.self) { group in
            for index in renditions.indices {
                let follower = HLSFollower(
                    http: http, master: url, index: index, recording: recording, start: start, options: options)
                group.addTask {
                    await follower.run()
                    return nil
                }
            }
            group.addTask { await recording.wait(within: left, until: isEnough) }
            defer { group.cancelAll() }
            for await result in group { if let result { return result } }
            return false
        }
        guard isComplete else {
            throw Failed(description: "not enough within \(patience): \(Self.summary(recording.value))")
        }
        return recording.value
    }

    /// `…/720p.m3u8?x=y` → `720p`.
    private static func name(of uri: String) -> String {
        let path = uri.prefix { $0 != "?" }
        let file = path.split(separator: "/").last ?? path
        return String(file.hasSuffix(".m3u8") ? file.dropLast(5) : file)
    }

    private static func summary(_ recording: HLSRecording) -> String {
        let renditions = recording.renditions.map {
            "\($0.name): \($0.versions.count) versions, \($0.segments.count) segments"
        }
        return (renditions + recording.failures.suffix(5).map(\.description)).joined(separator: "; ")
    }
}
