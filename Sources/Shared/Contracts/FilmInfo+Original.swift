extension FilmInfo {
    /// The same film for viewers who cannot have its own pictures: segments could not begin where its index says.
    ///
    /// No other rendition changes, so the version stays.
    public func withoutOriginal() -> FilmInfo {
        var decision = decision
        if decision.mode == .remux {
            decision = PlayDecision(mode: .transcode, reason: "Its key frames need pictures that come before them.")
        }
        var info = FilmInfo(
            version: version, container: container, byteCount: byteCount, access: access, isTruncated: isTruncated,
            grid: grid, origin: origin, video: video, audio: audio, subtitles: subtitles,
            renditions: renditions.filter { $0.name != Quality.original.rawValue }, original: nil, decision: decision)
        info.sourceTag = sourceTag
        return info
    }
}
