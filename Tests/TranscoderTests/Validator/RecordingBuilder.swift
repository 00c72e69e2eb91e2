import TestSupport

@testable import Live

/// Makes a good recording of two renditions from real media, for tests to break on purpose.
struct RecordingBuilder {
    struct Variant {
        let name: String
        let width: Int
        let height: Int
        let codec: String
        var segments: [[UInt8]]
    }

    static let firstSequence: Int64 = 1_700_000_000

    let grid: SegmentGrid
    var variants: [Variant]
    /// EXTINF of each segment in millionths of a second.
    var durations: [Int64]
    /// Segments in a playlist at a time.
    var window = 5
    var bandwidth = 1_000_000
    var frameRate: String
    /// Positions with a DISCONTINUITY.
    var discontinuities: Set<Int> = []
    /// Moves PROGRAM-DATE-TIME of a position, in milliseconds.
    var dateShift: [Int: Int64] = [:]

    static func make(_ rate: FrameRate = FrameRate(25), segments: Int64 = 6) async throws -> RecordingBuilder {
        let sizes = [(640, 360), (320, 180)]
        var variants: [Variant] = []
        for (width, height) in sizes {
            let clip = try await Clips.shared.clip(rate, segments: segments, width: width, height: height)
            let source = ClipSegments(clip, rate: rate)
            variants.append(
                Variant(
                    name: "\(height)p", width: width, height: height, codec: clip.codec, segments: source.muxed(.muxed))
            )
        }
        let grid = SegmentGrid(frameRate: rate)
        let thousandths = (rate.numerator * 1000 + rate.denominator / 2) / rate.denominator
        return RecordingBuilder(
            grid: grid, variants: variants, durations: (0..<segments).map { (grid.duration(of: $0) * 200 + 9) / 18 },
            frameRate: "\(thousandths / 1000).\(digits(thousandths % 1000, 3))")
    }

    /// The whole recording, one version of each playlist per segment.
    func recording(edit: (inout [String]) -> Void = { _ in }) -> HLSRecording {
        let renditions = variants.map { variant in
            var rendition = HLSRecording.Rendition(name: variant.name, uri: "s/abc/\(variant.name).m3u8")
            var versions = (1...durations.count).map { playlist(variant.name, end: $0) }
            if variant.name == variants.first?.name { edit(&versions) }
            rendition.versions = versions.enumerated().map {
                HLSRecording.Version(bytes: Array($1.utf8), time: .seconds(4 * $0))
            }
            for (index, bytes) in variant.segments.enumerated() {
                rendition.segments[Self.firstSequence + Int64(index)] = bytes
            }
            return rendition
        }
        return HLSRecording(master: Array(master.utf8), renditions: renditions)
    }

    var master: String {
        var lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
        for variant in variants {
            lines.append(
                "#EXT-X-STREAM-INF:BANDWIDTH=\(bandwidth),AVERAGE-BANDWIDTH=\(bandwidth * 9 / 10),"
                    + "CODECS=\"\(variant.codec),mp4a.40.2\",RESOLUTION=\(variant.width)x\(variant.height),FRAME-RATE=\(frameRate)"
            )
            lines.append("s/abc/\(variant.name).m3u8")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The version that ends before position `end`.
    func playlist(_ name: String, end: Int) -> String {
        let start = max(0, end - window)
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:4",
            "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=12.0",
            "#EXT-X-MEDIA-SEQUENCE:\(Self.firstSequence + Int64(start))",
            "#EXT-X-DISCONTINUITY-SEQUENCE:\(discontinuities.filter { $0 < start }.count)",
            "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        for index in start..<end {
            if discontinuities.contains(index) { lines.append("#EXT-X-DISCONTINUITY") }
            lines.append("#EXT-X-PROGRAM-DATE-TIME:\(date(index))")
            lines.append("#EXTINF:\(durations[index] / 1_000_000).\(Self.digits(durations[index] % 1_000_000, 6)),")
            lines.append("../../key/\(name)/1700000000000-\(Self.firstSequence + Int64(index)).ts")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func date(_ index: Int) -> String {
        let start = durations[..<index].reduce(0, +)
        let milliseconds = (start + 500) / 1000 + (dateShift[index] ?? 0) + 45_250
        return
            "2023-11-14T22:\(Self.digits(13 + milliseconds / 60_000, 2)):\(Self.digits(milliseconds / 1000 % 60, 2)).\(Self.digits(milliseconds % 1000, 3))Z"
    }

    static func digits(_ value: Int64, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
