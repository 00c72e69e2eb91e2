import TestSupport

@testable import Live

/// A real clip laid out on the product's grid: what the engine hands to the muxer.
struct ClipSegments {
    struct Segment {
        let video: [AccessUnit]
        let audio: [AccessUnit]
    }

    let grid: SegmentGrid
    let audioGrid: AudioGrid
    let segments: [Segment]

    /// - Parameter shift: Ticks that all times are moved by.
    init(_ clip: EncodedClip, rate: FrameRate, sampleRate: Int64 = 48_000, shift: Int64 = 0) {
        let grid = SegmentGrid(frameRate: rate)
        let audioGrid = AudioGrid(sampleRate: sampleRate)
        let pictures = Dictionary(grouping: clip.pictures, by: { grid.segment(containing: $0.frame) })
        segments = pictures.keys.sorted().map { segment in
            let video = (pictures[segment] ?? []).map { picture in
                AccessUnit(
                    data: picture.data, pts: grid.ticks(ofFrame: picture.frame) + shift,
                    dts: grid.ticks(ofFrame: picture.decodeFrame) + shift, isKey: picture.isKey)
            }
            // The encoder's first frame is packet −1.
            let audio = audioGrid.packets(of: segment, in: grid).filter { $0 + 1 < clip.sounds.count }.map { packet in
                AccessUnit(audio: clip.sounds[Int(packet) + 1], pts: audioGrid.ticks(ofPacket: packet) + shift)
            }
            return Segment(video: video, audio: audio)
        }
        (self.grid, self.audioGrid) = (grid, audioGrid)
    }

    func muxed(_ program: TSProgram) -> [[UInt8]] {
        var muxer = TSMuxer(program: program)
        return segments.map {
            muxer.segment(
                video: program.video ? $0.video : [], audio: program.audio == nil ? [] : $0.audio, discontinuity: false)
        }
    }

    /// What a clip is encoded with so that its IDRs are on the grid.
    static func settings(_ rate: FrameRate, segments: Int64, width: Int = 640, height: Int = 360)
        -> EncodedClip.Settings
    {
        let grid = SegmentGrid(frameRate: rate)
        var settings = EncodedClip.Settings()
        (settings.width, settings.height) = (width, height)
        settings.rate = (rate.numerator, rate.denominator)
        settings.frames = grid.firstFrame(of: segments)
        settings.keyframes = (0..<settings.frames).filter(grid.isIDR)
        return settings
    }
}

extension TSProgram {
    static let muxed = TSProgram(video: true, audio: .init(sampleRate: 48_000, channels: 2, language: "fra"))
    static let videoOnly = TSProgram(video: true, audio: nil)
    static let audioOnly = TSProgram(video: false, audio: .init(sampleRate: 48_000, channels: 2))
}

/// Clips are encoded once for all tests.
actor Clips {
    static let shared = Clips()
    private var made: [String: Task<EncodedClip, any Error>] = [:]

    func clip(_ rate: FrameRate, segments: Int64 = 6, width: Int = 640, height: Int = 360) async throws -> EncodedClip {
        let key = "\(rate) \(segments) \(width)x\(height)"
        let task =
            made[key]
            ?? Task {
                try await EncodedClip.make(
                    ClipSegments.settings(rate, segments: segments, width: width, height: height))
            }
        made[key] = task
        return try await task.value
    }
}
