import Contracts
import Media

/// One rendition's pictures of one segment: a fresh encoder, an IDR first and nowhere else (MEDIA.md §1.4).
final class PictureEncoding {
    private let encoder: VideoEncoder
    private let sizer: PictureSizer
    private let grid: FilmGrid
    private let first: Int64
    private var units: [EncodedPacket] = []
    /// Nanoseconds of this thread's CPU time, scaling and encoding.
    private(set) var cost: Int64 = 0

    init(_ plan: RenditionPlan.Picture, sizer: PictureSizer, grid: FilmGrid, segment: Int) throws {
        let began = ThreadTime.now
        encoder = try VideoEncoder(plan.parameters)
        self.sizer = sizer
        self.grid = grid
        first = grid.frames(of: segment).lowerBound
        cost = ThreadTime.now - began
    }

    func encode(_ picture: Frame?, number: Int64) throws {
        let began = ThreadTime.now
        defer { cost += ThreadTime.now - began }
        units += try encoder.encode(try sizer.frame(of: picture), index: number, forceIDR: number == first)
    }

    /// All pictures, in decode order. Once, at the end.
    func finish() throws -> [EncodedPacket] {
        let began = ThreadTime.now
        defer { cost += ThreadTime.now - began }
        units += try encoder.flush()
        return units
    }
}
