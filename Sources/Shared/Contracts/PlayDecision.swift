/// The containers that films come in, as found in their bytes.
public enum FilmContainer: String, Codable, Sendable, CaseIterable {
    case mp4, matroska, avi, flv, mpegts, mpegps
}

/// How a film reaches a browser for the least money, and why.
public struct PlayDecision: Codable, Sendable, Hashable {
    public enum Mode: String, Codable, Sendable {
        /// The file as it is.
        case direct
        /// Its pictures and sound as they are, in HLS (`original`).
        case remux
        /// Encoded renditions only.
        case transcode
    }

    public let mode: Mode
    /// One sentence that a person understands.
    public let reason: String

    public init(mode: Mode, reason: String) {
        self.mode = mode
        self.reason = reason
    }
}

extension PlayDecision {
    /// The longest distance between two IDRs that a remuxed segment may have, in ticks of 1/90000 s (DESIGN §7).
    public static let longestGap: Int64 = 10 * FilmGrid.ticksPerSecond
    private static let profiles: Set<String> = [
        "Constrained Baseline", "Baseline", "Main", "High", "Progressive High", "Constrained High",
    ]

    /// Whether browsers can take the file, or what is in it, as it is. Pure.
    /// - Parameter gap: longest distance between two IDRs in ticks; nil = not known.
    public static func needsTranscoding(
        container: FilmContainer, video: FilmInfo.Video, audio: [FilmInfo.AudioTrack], gap: Int64?
    ) -> PlayDecision {
        if let obstacle = videoObstacle(video) ?? audio.lazy.compactMap(audioObstacle).first {
            return PlayDecision(mode: .transcode, reason: obstacle)
        }
        if container == .mp4 {
            guard audio.count > 1 else {
                return PlayDecision(mode: .direct, reason: "MP4 with H.264 and AAC plays in every browser.")
            }
            if let gap, gap <= longestGap {
                return PlayDecision(mode: .remux, reason: "Browsers cannot choose among an MP4's languages.")
            }
            return PlayDecision(
                mode: .direct, reason: "MP4 with H.264 and AAC plays in every browser, in one language.")
        }
        guard video.rotation == 0 else {
            return PlayDecision(mode: .transcode, reason: "The picture lies on its side.")
        }
        guard let gap else {
            return PlayDecision(mode: .transcode, reason: "The file has no index of its key frames.")
        }
        guard gap <= longestGap else {
            return PlayDecision(
                mode: .transcode, reason: "Its key frames are up to \(gap / FilmGrid.ticksPerSecond) s apart.")
        }
        return PlayDecision(mode: .remux, reason: "H.264 and AAC are playable, but not inside \(container.title).")
    }

    private static func videoObstacle(_ video: FilmInfo.Video) -> String? {
        guard video.codec == "h264" else { return "Browsers do not all play \(video.codec) video." }
        guard video.bitDepth == 8 else { return "Browsers do not play H.264 with \(video.bitDepth) bits." }
        guard video.is420, profiles.contains(video.profile ?? "") else {
            return "Browsers do not play H.264 of the profile \(video.profile ?? "it has")."
        }
        return video.isInterlaced ? "The picture is interlaced." : nil
    }

    private static func audioObstacle(_ track: FilmInfo.AudioTrack) -> String? {
        track.codec == "aac" ? nil : "Browsers do not all play \(track.codec) sound."
    }
}

extension FilmContainer {
    /// What people call it.
    public var title: String {
        switch self {
        case .mp4: "MP4"
        case .matroska: "Matroska"
        case .avi: "AVI"
        case .flv: "Flash Video"
        case .mpegts: "MPEG-TS"
        case .mpegps: "MPEG-PS"
        }
    }
}
