/// Tags of Flash Video that hold pictures, by the length that stands before and behind each (Adobe FLV 10.1, annex E.4).
struct TagPlaces: PlaceFinder {
    let reach = 8 << 20

    private static let header = 11
    private static let video: UInt8 = 9

    func place(in bytes: UnsafeRawBufferPointer) -> Sighting? {
        var at = 0
        while at + Self.header + 2 < bytes.count {
            if bytes[at] == Self.video, let sighting = Self.tag(bytes, at) { return sighting }
            at += 1
        }
        return nil
    }

    private static func tag(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Sighting? {
        // The stream's number is always 0.
        guard bytes[at + 8] == 0, bytes[at + 9] == 0, bytes[at + 10] == 0 else { return nil }
        let size = number(bytes, at + 1, 3)
        let end = at + header + size
        guard size >= 2, end + 4 <= bytes.count, number(bytes, end, 4) == header + size else { return nil }
        // What only sets decoders up stands at the beginning and has no time that counts.
        let (kind, step) = (bytes[at + header], bytes[at + header + 1])
        let isSetup = kind & 0x80 != 0 ? kind & 0x0F == 0 : kind & 0x0F == 7 && step != 1
        guard !isSetup else { return nil }
        let time = number(bytes, at + 4, 3) | Int(bytes[at + 7]) << 24
        return Sighting(offset: at, time: Int64(time), length: nil)
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ count: Int) -> Int {
        bytes[at..<at + count].reduce(0) { $0 << 8 | Int($1) }
    }
}
