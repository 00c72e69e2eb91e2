import Foundation
import TestSupport

/// What MPEG-TS adds to pictures and sound: a film's segments beside their elementary streams (H.264 with its delimiters, ADTS).
struct WireOverhead {
    /// Bytes.
    let wire: Int
    let elementary: Int
    let seconds: Double

    var share: Double { Double(wire) / Double(max(1, elementary)) - 1 }
    var bitRate: Double { Double(wire) * 8 / seconds }

    init(_ viewing: Viewing, segments: ArraySlice<MediaPlaylist.Segment>, in directory: URL) async throws {
        let joined = directory.appending(path: "joined.ts")
        var bytes = Data()
        for segment in segments { bytes += try await viewing.bytes(of: segment) }
        try bytes.write(to: joined)
        wire = bytes.count
        seconds = Double(segments.reduce(0) { $0 + $1.microseconds }) / 1e6
        var sum = 0
        for (stream, format) in [("v", "h264"), ("a", "adts")] {
            let output = directory.appending(path: "joined.\(format)")
            try Tool.ffmpeg.run([
                "-i", joined.path, "-map", "0:\(stream)", "-c", "copy", "-f", format, "-y", output.path,
            ])
            sum += try Data(contentsOf: output).count
        }
        elementary = sum
    }
}
