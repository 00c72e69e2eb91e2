import CZlib

/// A picture to be painted on and written as PNG (RGBA, 8 bits). Transparent at first.
struct PNGPicture {
    let width: Int
    let height: Int
    /// Line by line, with PNG's filter byte (0: none) before each.
    private var lines: [UInt8]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        lines = [UInt8](repeating: 0, count: (width * 4 + 1) * height)
    }

    /// What lies outside is left out.
    mutating func fill(_ columns: Range<Int>, _ rows: Range<Int>, _ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        for y in rows.clamped(to: 0..<height) {
            for x in columns.clamped(to: 0..<width) {
                let place = y * (width * 4 + 1) + 1 + x * 4
                (lines[place], lines[place + 1], lines[place + 2], lines[place + 3]) = (red, green, blue, 255)
            }
        }
    }

    /// The whole file.
    var file: [UInt8] {
        let header = Self.bytes(width) + Self.bytes(height) + [8, 6, 0, 0, 0]
        let room = dash_zlib_bound(Int32(lines.count))
        var packed = [UInt8](repeating: 0, count: Int(room))
        let count = dash_zlib_pack(lines, Int32(lines.count), &packed, room)
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + Self.chunk("IHDR", header)
            + Self.chunk("IDAT", Array(packed.prefix(Int(count)))) + Self.chunk("IEND", [])
    }

    private static func bytes(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + contents
        return bytes(contents.count) + body + bytes(Int(crc32(0, body, UInt32(body.count))))
    }
}
