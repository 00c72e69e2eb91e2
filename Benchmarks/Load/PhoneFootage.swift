import Contracts
import Foundation
import NIOCore

/// Segments as a phone gets them: *Big Buck Bunny* in 360p, four seconds each, within the live ladder's cap.
struct PhoneFootage {
    static let rendition = LiveLadder.p360

    /// Made once with the `ffmpeg` command and kept in `directory`.
    static func segments(in directory: URL) throws -> [ByteBuffer] {
        let folder = directory.appending(path: "phone-\(rendition.name)")
        let last = folder.appending(path: "done")
        if !FileManager.default.fileExists(atPath: last.path) {
            let footage = try Footage.prepare(loops: 12, in: directory)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Tool.ffmpeg.run([
                "-y", "-i", footage.url.path, "-map", "0:v", "-map", "0:a", "-vf", "scale=-2:\(rendition.height)",
                "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-maxrate", "\(rendition.videoBitrate)",
                "-bufsize", "\(rendition.videoBitrate)", "-g", "50", "-keyint_min", "50", "-sc_threshold", "0",
                "-c:a", "aac", "-b:a", "\(rendition.audioBitrate)", "-f", "segment", "-segment_time",
                "\(RecordedChannel.pace)", "-segment_format", "mpegts", folder.appending(path: "%03d.ts").path,
            ])
            try Data().write(to: last)
        }
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "ts" }.sorted { $0.path < $1.path }
        // The last one is shorter.
        return try files.dropLast().map { ByteBuffer(bytes: try Data(contentsOf: $0)) }
    }
}
