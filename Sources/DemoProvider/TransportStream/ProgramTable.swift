/// What PAT and PMT of a file say about its first program.
struct ProgramTable: Sendable, Equatable {
    struct Stream: Sendable, Equatable {
        let pid: UInt16
        let type: UInt8

        /// MPEG-1/2, MPEG-4, H.264, HEVC (table 2-34).
        var isVideo: Bool { [0x01, 0x02, 0x10, 0x1B, 0x24].contains(type) }
        /// MPEG audio, AAC (ADTS and LATM), AC-3, E-AC-3 as ATSC numbers them, or private data (DVB AC-3, subtitles).
        var isAudio: Bool { [0x03, 0x04, 0x0F, 0x11, 0x81, 0x87].contains(type) }
    }

    private(set) var mapPID: UInt16?
    private(set) var clockPID: UInt16?
    private(set) var streams: [Stream] = []

    var video: Stream? { streams.first(where: \.isVideo) }
    var isComplete: Bool { clockPID != nil }

    /// Takes in a packet if it starts a PAT or the PMT; later repeats change nothing.
    mutating func read(_ packet: TransportPacket, _ bytes: [UInt8]) {
        let pid = packet.pid(bytes)
        guard packet.startsUnit(bytes), let section = Section(packet, bytes) else { return }
        if pid == 0, mapPID == nil, section.tableID == 0 {
            readAssociation(section, bytes)
        } else if pid == mapPID, clockPID == nil, section.tableID == 2 {
            readMap(section, bytes)
        }
    }

    private mutating func readAssociation(_ section: Section, _ bytes: [UInt8]) {
        var at = section.body
        while at + 4 <= section.end {
            let program = UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1])
            if program != 0 {
                mapPID = UInt16(bytes[at + 2] & 0x1F) << 8 | UInt16(bytes[at + 3])
                return
            }
            at += 4
        }
    }

    private mutating func readMap(_ section: Section, _ bytes: [UInt8]) {
        guard section.body + 4 <= section.end else { return }
        clockPID = UInt16(bytes[section.body] & 0x1F) << 8 | UInt16(bytes[section.body + 1])
        var at = section.body + 4 + (Int(bytes[section.body + 2] & 0x0F) << 8 | Int(bytes[section.body + 3]))
        while at + 5 <= section.end {
            streams.append(Stream(pid: UInt16(bytes[at + 1] & 0x1F) << 8 | UInt16(bytes[at + 2]), type: bytes[at]))
            at += 5 + (Int(bytes[at + 3] & 0x0F) << 8 | Int(bytes[at + 4]))
        }
    }
}

/// A PSI section that begins in a packet. What runs over into the next packet is cut off.
struct Section {
    let tableID: UInt8
    /// First byte of the section, of its body, and the byte behind the body (before the CRC).
    let start: Int
    let body: Int
    let end: Int
    /// The whole section is in this one packet.
    let isWhole: Bool

    init?(_ packet: TransportPacket, _ bytes: [UInt8]) {
        let payload = packet.payload(bytes)
        let limit = packet.start + TransportPacket.size
        guard payload < limit else { return nil }
        start = payload + 1 + Int(bytes[payload])
        guard start + 8 <= limit else { return nil }
        tableID = bytes[start]
        let length = Int(bytes[start + 1] & 0x0F) << 8 | Int(bytes[start + 2])
        body = start + 8
        isWhole = start + 3 + length <= limit && length >= 9
        end = min(limit, start + 3 + length - 4)
    }
}
