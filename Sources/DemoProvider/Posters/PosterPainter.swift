/// Paints the poster of a film or series, or the logo of a channel: its number on colours that are always the same for it.
struct PosterPainter {
    enum Kind: String, CaseIterable {
        case vod, series
        /// A logo: square, transparent around the number.
        case live
    }

    let kind: Kind
    let id: Int64

    /// `vod-1906.png`; `nil` for anything else.
    init?(_ name: String) {
        guard let match = name.wholeMatch(of: /(vod|series|live)-(\d{1,18})\.png/), let id = Int64(match.2),
            let kind = Kind(rawValue: String(match.1))
        else { return nil }
        self.kind = kind
        self.id = id
    }

    private var width: Int { kind == .live ? 256 : 400 }
    private var height: Int { kind == .live ? 256 : 600 }

    /// The file.
    var png: [UInt8] {
        var picture = PNGPicture(width: width, height: height)
        if kind != .live { paintGround(&picture) }
        paintNumber(&picture)
        return picture.file
    }

    /// A colour that stands for the id: `turn` goes around the circle of colours.
    private func colour(_ turn: Int) -> (Int, Int, Int) {
        let hue = (Int(id % 360) * 47 + turn) % 360
        let rise = hue % 60 * 200 / 60 + 30
        switch hue / 60 {
        case 0: return (230, rise, 30)
        case 1: return (260 - rise, 230, 30)
        case 2: return (30, 230, rise)
        case 3: return (30, 260 - rise, 230)
        case 4: return (rise, 30, 230)
        default: return (230, 30, 260 - rise)
        }
    }

    private func paintGround(_ picture: inout PNGPicture) {
        let (top, bottom) = (colour(0), colour(80))
        for line in 0..<height {
            let part = line * 256 / height
            func mix(_ from: Int, _ to: Int) -> UInt8 { UInt8(clamping: (from * (256 - part) + to * part) / 512) }
            picture.fill(
                0..<width, line..<(line + 1), mix(top.0, bottom.0), mix(top.1, bottom.1), mix(top.2, bottom.2))
        }
    }

    private func paintNumber(_ picture: inout PNGPicture) {
        let digits = String(id).compactMap(\.wholeNumberValue)
        let dot = max(2, min(width * 8 / 10 / (digits.count * 4), 18))
        let (left, top) = ((width - digits.count * 4 * dot + dot) / 2, (height - 5 * dot) / 2)
        let ink: (Int, Int, Int) = kind == .live ? colour(0) : (255, 255, 255)
        for (place, digit) in digits.enumerated() {
            for (row, bits) in Self.font[digit].enumerated() {
                for column in 0..<3 where bits & (4 >> column) != 0 {
                    let x = left + (place * 4 + column) * dot
                    let y = top + row * dot
                    picture.fill(x..<(x + dot), y..<(y + dot), UInt8(ink.0), UInt8(ink.1), UInt8(ink.2))
                }
            }
        }
    }

    /// Digits of 3 × 5 dots, a row each.
    private static let font: [[Int]] = [
        [7, 5, 5, 5, 7], [2, 6, 2, 2, 7], [7, 1, 7, 4, 7], [7, 1, 7, 1, 7], [5, 5, 7, 1, 1], [7, 4, 7, 1, 7],
        [7, 4, 7, 5, 7], [7, 1, 2, 2, 2], [7, 5, 7, 5, 7], [7, 5, 7, 1, 7],
    ]
}
