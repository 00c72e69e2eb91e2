/// Pictures in MPEG-PS, as DVDs and old `.mpg` files have them, by the time in the header that each begins with.
struct ProgramPlaces: PlaceFinder {
    let reach = 4 << 20

    func place(in bytes: UnsafeRawBufferPointer) -> Sighting? {
        var at = 0
        while at + 48 <= bytes.count {
            if bytes[at] == 0, bytes[at + 1] == 0, bytes[at + 2] == 1, bytes[at + 3] & 0xF0 == 0xE0,
                let time = PictureHeader.time(UnsafeRawBufferPointer(rebasing: bytes[at..<at + 48]))
            {
                return Sighting(offset: at, time: time, length: nil)
            }
            at += 1
        }
        return nil
    }
}
