/// Real H.264 and AAC from the `ffmpeg` command, cut into access units: input for muxer and validator tests.
///
/// Pictures are re-ordered (B-frames); the frame numbers are those of display.
public struct EncodedClip: Sendable {
    public struct Picture: Sendable {
        public let frame: Int64
        /// Frame numbers in decode order, moved so that none is above `frame`.
        public let decodeFrame: Int64
        public let isKey: Bool
        /// Annex B with delimiter.
        public let data: [UInt8]
    }

    /// In decode order.
    public let pictures: [Picture]
    /// Raw AAC frames; the first one is the priming (packet −1 of the grid).
    public let sounds: [[UInt8]]
    /// RFC 6381 of the video.
    public let codec: String

    public struct Settings: Sendable {
        public var width = 640
        public var height = 360
        public var rate: (numerator: Int64, denominator: Int64) = (25, 1)
        public var frames: Int64 = 350
        /// Frames that have to be IDR.
        public var keyframes: [Int64] = [0, 25, 50, 100, 150, 200, 250, 300]
        public var videoBitrate = 600_000
        public var sampleRate = 48_000
        public var audioBitrate = 64_000

        public init() {}
    }

    public static func make(_ settings: Settings = Settings()) async throws -> EncodedClip {
        try await MediaCommand.withTemporaryDirectory { directory in
            try await MediaCommand.run("ffmpeg", encode(settings, to: directory))
            return try EncodedClip(
                packets: String(decoding: try MediaCommand.readFile("\(directory)/packets"), as: UTF8.self),
                video: try MediaCommand.readFile("\(directory)/video"),
                audio: try MediaCommand.readFile("\(directory)/audio"))
        }
    }

    private static func encode(_ settings: Settings, to directory: String) -> [String] {
        let rate = "\(settings.rate.numerator)/\(settings.rate.denominator)"
        let milliseconds = settings.frames * settings.rate.denominator * 1000 / settings.rate.numerator + 200
        let keys = settings.keyframes.map { "eq(n,\($0))" }.joined(separator: "+")
        return [
            "-loglevel", "error", "-f", "lavfi", "-i",
            "testsrc2=s=\(settings.width)x\(settings.height):r=\(rate),noise=alls=12:allf=t,trim=end_frame=\(settings.frames)",
        ]
            + ["-f", "lavfi", "-i", "anoisesrc=c=pink:a=0.3:seed=1:r=\(settings.sampleRate)"]
            + ["-t", "\(milliseconds)ms", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-aud", "1"]
            + [
                "-b:v", "\(settings.videoBitrate)", "-maxrate", "\(settings.videoBitrate)", "-bufsize",
                "\(settings.videoBitrate)",
            ]
            + [
                "-x264-params", "scenecut=0:keyint=infinite:stitchable=1", "-force_key_frames", "expr:\(keys)",
                "-forced-idr", "1",
            ]
            + ["-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-b:a", "\(settings.audioBitrate)"]
            // Straight into packets: in a container parameter sets would be outside of the stream.
            + [
                "-map", "0:v", "-map", "1:a", "-f", "tee",
                "[f=data:select=v]\(directory)/video|[f=data:select=a]\(directory)/audio|[f=framecrc]\(directory)/packets",
            ]
    }

    /// - Parameter packets: What `-f framecrc` prints: stream, dts, pts, duration, size.
    private init(packets: String, video: [UInt8], audio: [UInt8]) throws {
        let rows = packets.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { row in
            row.split(separator: ",").prefix(6).map { $0.drop { $0 == " " } }
        }
        let videoRows = rows.filter { $0.first == "0" }
        let times = videoRows.compactMap { row in
            Int64(row[1]).flatMap { dts in Int64(row[2]).map { (dts: dts, pts: $0) } }
        }
        let shown = times.map(\.pts).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: shown.enumerated().map { ($1, Int64($0)) })
        // Before the first picture is shown, so many are decoded.
        let delay = Int64(times.filter { $0.dts < shown[0] }.count)
        var at = 0
        pictures = zip(videoRows, times).enumerated().map { index, pair in
            defer { at += Int(pair.0[4]) ?? 0 }
            let data = Array(video[at..<(at + (Int(pair.0[4]) ?? 0))])
            return Picture(
                frame: numbers[pair.1.pts] ?? 0, decodeFrame: Int64(index) - delay, isKey: H264Unit(data).isIDR,
                data: data)
        }
        at = 0
        sounds = rows.filter { $0.first == "1" }.map { row in
            defer { at += Int(row[4]) ?? 0 }
            return Array(audio[at..<(at + (Int(row[4]) ?? 0))])
        }
        codec =
            pictures.lazy.compactMap { H264Unit($0.data).sequenceParameters }.first.flatMap {
                SequenceParameters($0)?.codec
            } ?? ""
    }
}
