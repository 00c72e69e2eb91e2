/// One file of the demo set: its place in the folder and the `ffmpeg` arguments that make it.
struct MediaRecipe: Sendable {
    let path: String
    private let inputs: [String]
    private let outputs: [String]

    var arguments: [String] { ["-nostdin", "-v", "error", "-y"] + inputs + outputs }

    /// - Parameters:
    ///   - offsets: seconds by which each audio begins late, in the order of `audio`.
    init(
        _ path: String, _ pattern: TestPattern, audio: [String], offsets: [Int] = [], video codec: [String],
        sound: [String] = [], format: [String]
    ) {
        self.path = path
        var inputs = ["-f", "lavfi", "-i", pattern.video]
        var maps = ["-map", "0:v"]
        for (index, source) in audio.enumerated() {
            if index < offsets.count { inputs += ["-itsoffset", String(offsets[index])] }
            inputs += ["-f", "lavfi", "-i", source]
            maps += ["-map", "\(index + 1):a"]
        }
        self.inputs = inputs
        outputs =
            maps + codec + sound + ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"] + format
    }

    /// H.264 with a key frame each second and B-frames, as broadcast, but quick to make.
    static func h264(gop: Int, options: [String] = []) -> [String] {
        [
            "-c:v", "libx264", "-preset", "superfast", "-bf", "2", "-crf", "24", "-g", String(gop),
            "-keyint_min", String(gop), "-sc_threshold", "0",
        ] + options
    }

    static let aac = ["-c:a", "aac", "-b:a", "128k"]

    /// MPEG-TS with one sound frame per PES, so that loops can be cut between sound frames: the muxer gathers sound for half
    /// of its delay, and 20 ms are less than any sound frame.
    static func transportStream(service: String) -> [String] {
        ["-f", "mpegts", "-muxdelay", "0.04", "-metadata", "service_name=\(service)"]
    }
}
