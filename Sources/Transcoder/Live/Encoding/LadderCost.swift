import Contracts
import Dispatch
import Media

/// What one channel costs on this machine: measured, so that capacity is counted in core-seconds and not in streams (DESIGN §5.8).
public enum LadderCost {
    private static let frames = 40
    private static let frameRate = 25.0
    /// Decoding, deinterlacing and sound on top of scaling and encoding; about a fifth in MEDIA.md §4.1.
    private static let restOfTheWork = 1.2

    /// CPU seconds that a second of 720p25 in all rungs of `ladder` takes. Works for about a second on a thread of its own.
    public static func measure(_ ladder: [Rendition]) async throws -> Double {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "ladder-cost").async {
                continuation.resume(with: Result { try measureNow(ladder) })
            }
        }
    }

    private static func measureNow(_ ladder: [Rendition]) throws -> Double {
        let size = PictureSize(width: 1280, height: 720)
        let rungs = Rung.ladder(ladder, width: size.width, height: size.height, sampleAspectRatio: nil)
        let format = LiveFormat(
            sourceRate: .fallback, rungs: rungs, colour: .bt709, tracks: [], sampleRate: 48_000, source: "")
        let pattern = try MeasuringPattern(size: size, colour: format.colour)
        let cascade = PictureCascade(format: format)
        var encoders: [String: VideoEncoder] = [:]
        for rung in rungs {
            encoders[rung.name] = try VideoEncoder(
                EncoderTuning.parameters(
                    rung.rendition, size: rung.size, frameRate: Rational(25, 1), colour: format.colour, effort: .normal)
            )
        }
        let names = rungs.map(\.name)
        let pictures = try (0..<frames).map { try pattern.frame($0) }
        let start = threadProcessorTime()
        for (index, picture) in pictures.enumerated() {
            for (name, frame) in try cascade.frames(of: ShownPicture(picture), for: names) {
                _ = try encoders[name]?.encode(frame, index: Int64(index), forceIDR: index == 0)
            }
        }
        for encoder in encoders.values { _ = try encoder.flush() }
        let seconds = Double(threadProcessorTime() - start) / 1e9
        return seconds / (Double(frames) / frameRate) * restOfTheWork
    }
}
