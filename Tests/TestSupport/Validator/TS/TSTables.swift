/// Reads program association and program map, each in one packet, and checks their checksum bit by bit.
struct TSTables {
    struct Stream: Hashable {
        let pid: Int
        let type: Int
        let language: String?
    }

    struct Map: Hashable {
        let version: Int
        let clockPID: Int
        let streams: [Stream]
    }

    /// PIDs of the program maps; nil if the section is broken.
    static func association(_ payload: [UInt8]) -> (maps: [Int], error: String?) {
        guard let section = body(payload, table: 0x00) else { return ([], "broken section or checksum") }
        guard section.count % 4 == 0 else { return ([], "length \(section.count)") }
        var maps: [Int] = []
        for at in stride(from: 0, to: section.count, by: 4) where section[at] != 0 || section[at + 1] != 0 {
            maps.append(pid(section, at + 2))
        }
        return (maps, nil)
    }

    static func map(_ payload: [UInt8]) -> (map: Map?, error: String?) {
        guard let section = body(payload, table: 0x02), section.count >= 4 else {
            return (nil, "broken section or checksum")
        }
        var at = 4 + (Int(section[2] & 0x0F) << 8 | Int(section[3]))
        var streams: [Stream] = []
        while at + 5 <= section.count {
            let length = Int(section[at + 3] & 0x0F) << 8 | Int(section[at + 4])
            guard at + 5 + length <= section.count else { return (nil, "descriptors run over the end") }
            streams.append(
                Stream(
                    pid: pid(section, at + 1), type: Int(section[at]),
                    language: language(Array(section[(at + 5)..<(at + 5 + length)]))))
            at += 5 + length
        }
        guard at == section.count else { return (nil, "rubbish after the streams") }
        let version = Int(payload[Int(payload[0]) + 6] >> 1 & 0x1F)
        return (Map(version: version, clockPID: pid(section, 0), streams: streams), nil)
    }

    private static func pid(_ bytes: [UInt8], _ at: Int) -> Int { Int(bytes[at] & 0x1F) << 8 | Int(bytes[at + 1]) }

    private static func language(_ descriptors: [UInt8]) -> String? {
        var rest = descriptors[...]
        while rest.count >= 2 {
            let length = Int(rest[rest.startIndex + 1])
            let content = rest.dropFirst(2).prefix(length)
            if rest.first == 0x0A, content.count >= 3 { return String(decoding: content.prefix(3), as: UTF8.self) }
            rest = rest.dropFirst(2 + length)
        }
        return nil
    }

    /// What is between the section's fixed header and its checksum.
    private static func body(_ payload: [UInt8], table: UInt8) -> [UInt8]? {
        guard let pointer = payload.first, payload.count > Int(pointer) + 12 else { return nil }
        let section = Array(payload[(1 + Int(pointer))...])
        let length = Int(section[1] & 0x0F) << 8 | Int(section[2])
        guard section[0] == table, section[1] & 0x80 != 0, length >= 9, section.count >= 3 + length else { return nil }
        let whole = section[..<(3 + length)]
        // A checksum over everything, itself included, is 0.
        guard remainder(whole) == 0 else { return nil }
        guard section[(3 + length)...].allSatisfy({ $0 == 0xFF }) else { return nil }
        return Array(whole[8..<(3 + length - 4)])
    }

    private static func remainder(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            for bit in (0..<8).reversed() {
                let carry = crc >> 31 ^ UInt32(byte >> UInt8(bit) & 1)
                crc = crc << 1 ^ (carry == 1 ? 0x04C1_1DB7 : 0)
            }
        }
        return crc
    }
}
