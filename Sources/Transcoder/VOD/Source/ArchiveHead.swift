/// An archive under a film's name, as some providers have them, told by its first bytes. Pure.
struct ArchiveHead: Sendable, Equatable {
    /// What is in it can only be read with a password. Of 7z and of files inside of RAR this cannot be told from the beginning.
    let isLocked: Bool

    private static let zip: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    private static let rar4: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07, 0x00]
    private static let rar5: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07, 0x01, 0x00]
    private static let seven: [UInt8] = [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]

    /// Nil: no archive.
    init?(_ head: [UInt8]) {
        if head.starts(with: Self.zip) {
            // General purpose flags, bit 0 (APPNOTE 4.4.4).
            isLocked = head.count > 6 && head[6] & 1 == 1
        } else if head.starts(with: Self.rar5) {
            isLocked = Self.isRAR5Locked(head.dropFirst(Self.rar5.count))
        } else if head.starts(with: Self.rar4) {
            // The archive's header: checksum, type 0x73, flags; 0x80 = headers are encrypted.
            isLocked = head.count > 11 && head[9] == 0x73 && head[10] & 0x80 != 0
        } else if head.starts(with: Self.seven) {
            isLocked = false
        } else {
            return nil
        }
    }

    /// A header: checksum of four bytes, size and type as numbers of seven bits a byte. Type 4 = all that follows is encrypted.
    private static func isRAR5Locked(_ header: ArraySlice<UInt8>) -> Bool {
        var rest = header.dropFirst(4)
        while let byte = rest.popFirst(), byte & 0x80 != 0 {}
        return rest.first == 4
    }
}
