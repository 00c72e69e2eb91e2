/// The two tables with which every segment begins (ISO/IEC 13818-1 §2.4.4). They never change within an epoch,
/// so each is made once and only its continuity counter moves.
struct ProgramTables: Sendable {
    /// Sections with a pointer field before them, ready to be stuffed into one packet each.
    let association: [UInt8]
    let map: [UInt8]

    private static let programNumber: UInt16 = 1
    private static let transportStream: UInt16 = 1

    init(_ program: TSProgram) {
        association = Self.section(
            table: 0x00, identifier: Self.transportStream,
            body: Self.big(Self.programNumber) + Self.big(0xE000 | TSProgram.mapPID))
        map = Self.section(
            table: 0x02, identifier: Self.programNumber,
            body: Self.big(0xE000 | program.clockPID) + Self.big(0xF000) + Self.streams(program))
    }

    private static func streams(_ program: TSProgram) -> [UInt8] {
        var bytes: [UInt8] = []
        if program.video { bytes += [0x1B] + big(0xE000 | TSProgram.videoPID) + big(0xF000) }
        if let audio = program.audio {
            let descriptor = language(audio.language)
            bytes += [0x0F] + big(0xE000 | TSProgram.audioPID) + big(0xF000 | UInt16(descriptor.count)) + descriptor
        }
        return bytes
    }

    /// ISO_639_language_descriptor; nothing if the code is not three ASCII letters.
    private static func language(_ code: String?) -> [UInt8] {
        let letters = Array((code ?? "").lowercased().utf8)
        guard letters.count == 3, letters.allSatisfy({ (0x61...0x7A).contains($0) }) else { return [] }
        return [0x0A, 4] + letters + [0]
    }

    private static func section(table: UInt8, identifier: UInt16, body: [UInt8]) -> [UInt8] {
        // What follows the length field: identifier, version 0 (current), section 0 of 0, body, checksum.
        let length = UInt16(5 + body.count + 4)
        let section = [table] + big(0xB000 | length) + big(identifier) + [0xC1, 0, 0] + body
        let crc = CRC32.mpeg2(section)
        return [0] + section + big(UInt16(crc >> 16)) + big(UInt16(truncatingIfNeeded: crc))
    }

    private static func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] }
}
