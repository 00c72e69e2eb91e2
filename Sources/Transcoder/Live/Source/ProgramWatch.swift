/// Follows the program maps of a transport stream and tells when a PID in use carries another kind of stream. Pure.
///
/// libavformat keeps the codec that a PID had first (mpegts.c sets it only where none is known), so a reader has to begin
/// anew there. Packets go in one by one, aligned. Sections with a wrong checksum count for nothing.
struct ProgramWatch: Sendable {
    private struct Map: Sendable {
        /// The section that is being gathered, and the packets that it came in.
        var section: [UInt8] = []
        var packets: [UInt8] = []
        /// What each PID carries, by the last complete section.
        var kinds: [UInt16: [UInt8]] = [:]
    }

    static let packetSize = 188
    private static let mostPrograms = 64
    /// ISO/IEC 13818-1 §2.4.4.9: a program map section has at most 1021 bytes after its length.
    private static let longestSection = 1024

    /// After a change: the packets of the program tables, which a new reader has to see first.
    private(set) var tables: [UInt8] = []
    private var directory: [UInt8] = []
    private var maps: [UInt16: Map] = [:]

    /// Whether from this packet on, some PID carries another kind of stream.
    /// - Parameter packet: 188 bytes that begin with the sync byte.
    mutating func isChange(_ packet: ArraySlice<UInt8>) -> Bool {
        let at = packet.startIndex
        guard packet.count == Self.packetSize, packet[at + 1] & 0x80 == 0, packet[at + 3] & 0x10 != 0 else {
            return false
        }
        let pid = UInt16(packet[at + 1] & 0x1F) << 8 | UInt16(packet[at + 2])
        guard pid == 0 || maps[pid] != nil else { return false }
        let skipped = packet[at + 3] & 0x20 != 0 ? 5 + Int(packet[at + 4]) : 4
        guard skipped < Self.packetSize else { return false }
        let payload = packet[(at + skipped)...]
        let isStart = packet[at + 1] & 0x40 != 0
        if pid == 0 {
            if isStart { readDirectory(payload, packet) }
            return false
        }
        return gather(payload, packet, isStart: isStart, of: pid)
    }

    // MARK: The directory (PAT)

    private mutating func readDirectory(_ payload: ArraySlice<UInt8>, _ packet: ArraySlice<UInt8>) {
        guard let section = complete(sectionStart(payload)), section[0] == 0 else { return }
        let entries = stride(from: 8, to: section.count - 7, by: 4)
        let pids = entries.filter { section[$0] | section[$0 + 1] != 0 }.map { pid(section, $0 + 2) }
        guard !pids.isEmpty, pids.count <= Self.mostPrograms else { return }
        directory = Array(packet)
        let wanted = Set(pids)
        maps = maps.filter { wanted.contains($0.key) }
        for pid in wanted where maps[pid] == nil { maps[pid] = Map() }
    }

    // MARK: The maps (PMT)

    private mutating func gather(
        _ payload: ArraySlice<UInt8>, _ packet: ArraySlice<UInt8>, isStart: Bool, of pid: UInt16
    ) -> Bool {
        guard var map = maps[pid] else { return false }
        if isStart {
            map.section = Array(sectionStart(payload))
            map.packets = Array(packet)
        } else if !map.section.isEmpty {
            map.section += payload
            map.packets += packet
        }
        defer { maps[pid] = map }
        guard let section = complete(map.section[...]) else {
            if map.section.count > Self.longestSection { map.section = [] }
            return false
        }
        map.section = []
        // A map that is to come into force later comes again then.
        guard section[0] == 2, section.count >= 16, section[5] & 1 != 0 else { return false }
        let kinds = kinds(in: section)
        let isChange = kinds.contains { pid, kind in map.kinds[pid].map { $0 != kind } ?? false }
        map.kinds = kinds
        if isChange { tables = directory + map.packets }
        return isChange
    }

    /// The kind of stream by PID: its type, and for private data the descriptors that say what it is.
    private func kinds(in section: [UInt8]) -> [UInt16: [UInt8]] {
        var result: [UInt16: [UInt8]] = [:]
        var at = 12 + length(section, 10)
        while at + 5 <= section.count - 4 {
            let end = at + 5 + length(section, at + 3)
            var kind = [section[at]]
            var descriptor = at + 5
            while kind[0] == 6, descriptor + 2 <= min(end, section.count - 4) {
                kind.append(section[descriptor])
                descriptor += 2 + Int(section[descriptor + 1])
            }
            result[pid(section, at + 1)] = kind
            at = end
        }
        return result
    }

    // MARK: Sections

    /// What follows the pointer field.
    private func sectionStart(_ payload: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        payload.first.map { payload.dropFirst(1 + Int($0)) } ?? []
    }

    /// The section at the front, if all of it is there and its checksum is right.
    private func complete(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        let bytes = Array(bytes)
        guard bytes.count >= 3 else { return nil }
        let total = 3 + length(bytes, 1)
        guard total >= 12, total <= bytes.count, CRC32.mpeg2(bytes[..<total]) == 0 else { return nil }
        return Array(bytes[..<total])
    }

    private func length(_ bytes: [UInt8], _ at: Int) -> Int { Int(bytes[at] & 0x0F) << 8 | Int(bytes[at + 1]) }
    private func pid(_ bytes: [UInt8], _ at: Int) -> UInt16 { UInt16(bytes[at] & 0x1F) << 8 | UInt16(bytes[at + 1]) }
}
