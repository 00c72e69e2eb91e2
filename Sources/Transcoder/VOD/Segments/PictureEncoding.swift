import Contracts
import Media

/// One rendition's pictures of one segment: a fresh encoder, an IDR first and nowhere else (MEDIA.md §1.4).
///
/// Large renditions are encoded by two threads and without a cap (see `VideoEncoderParameters.threads`). Most segments stay below
/// it by themselves; the others are given up as soon as they are above it, and made again with a cap and one thread. Which of the
/// two it is depends on the pictures alone, so segments stay pure.
final class PictureEncoding {
    private let encoder: VideoEncoder
    private let sizer: PictureSizer
    private let grid: FilmGrid
    private let first: Int64
    private let mostBytes: Int
    private var units: [EncodedPacket] = []
    private var bytes = 0
    private let opened = ContinuousClock.now
    private let hasThreads: Bool
    /// Nanoseconds of CPU time, scaling and encoding.
    private(set) var cost: Int64 = 0

    /// - Parameter capped: the second attempt.
    init(_ plan: RenditionPlan.Picture, sizer: PictureSizer, grid: FilmGrid, segment: Int, capped: Bool) throws {
        let began = ThreadTime.now
        var parameters = plan.parameters
        if capped { (parameters.threads, parameters.isCapped) = (1, true) }
        mostBytes =
            parameters.isCapped ? .max : FilmEncoding.mostBytes(parameters, ticks: grid.duration(of: segment))
        hasThreads = parameters.threads > 1
        encoder = try VideoEncoder(parameters)
        self.sizer = sizer
        self.grid = grid
        first = grid.frames(of: segment).lowerBound
        cost = ThreadTime.now - began
    }

    /// More than the cap lets through: it has to be made again, `capped`.
    var isTooLarge: Bool { bytes > mostBytes }

    func encode(_ picture: Frame?, number: Int64) throws {
        guard !isTooLarge else { return }
        let began = ThreadTime.now
        defer { cost += ThreadTime.now - began }
        take(try encoder.encode(try sizer.frame(of: picture), index: number, forceIDR: number == first))
    }

    /// All pictures, in decode order. Once, at the end.
    func finish() throws -> [EncodedPacket] {
        let began = ThreadTime.now
        defer { cost += ThreadTime.now - began }
        take(try encoder.flush())
        // What an encoder's own threads took cannot be read; the time that passed is near it.
        if hasThreads { cost = max(cost, Int64((ContinuousClock.now - opened) / .nanoseconds(1))) }
        return units
    }

    private func take(_ packets: [EncodedPacket]) {
        units += packets
        bytes += packets.reduce(0) { $0 + $1.data.count }
    }
}
