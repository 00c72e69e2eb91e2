/// H.264 out of containers that put a length before each NAL unit, as MP4, Matroska and FLV do, into Annex B. Pure.
struct NALUnits: Sendable {
    /// Bytes of each length; 0: the stream is Annex B already.
    private let lengthBytes: Int
    /// SPS and PPS with start codes.
    let parameterSets: [UInt8]

    private static let startCode: [UInt8] = [0, 0, 0, 1]

    /// - Parameter extradata: an `avcC` box (ISO/IEC 14496-15 §5.3.3), or parameter sets in Annex B.
    init(extradata: [UInt8]) {
        guard extradata.count > 6, extradata[0] == 1 else {
            lengthBytes = 0
            parameterSets = extradata
            return
        }
        lengthBytes = Int(extradata[4] & 3) + 1
        var sets: [UInt8] = []
        var at = 5
        for mask in [UInt8(0x1F), 0xFF] {
            guard at < extradata.count else { break }
            let count = Int(extradata[at] & mask)
            at += 1
            for _ in 0..<count {
                guard at + 2 <= extradata.count else { break }
                let length = Int(extradata[at]) << 8 | Int(extradata[at + 1])
                at += 2
                guard at + length <= extradata.count else { break }
                sets += Self.startCode + extradata[at..<at + length]
                at += length
            }
        }
        parameterSets = sets
    }

    /// A picture with start codes; parameter sets are put before an IDR that brings none. Nil: the packet is broken.
    func annexB(_ packet: [UInt8]) -> [UInt8]? {
        guard lengthBytes > 0 else {
            let kinds = Self.kinds(packet)
            return kinds.contains(5) && !kinds.contains(7) ? parameterSets + packet : packet
        }
        var result: [UInt8] = []
        result.reserveCapacity(packet.count + 64)
        var hasSets = false
        var at = 0
        while at + lengthBytes < packet.count {
            let length = packet[at..<at + lengthBytes].reduce(0) { $0 << 8 | Int($1) }
            at += lengthBytes
            guard length > 0, at + length <= packet.count else { return nil }
            let kind = packet[at] & 0x1F
            hasSets = hasSets || kind == 7
            if kind == 5, !hasSets {
                result += parameterSets
                hasSets = true
            }
            result += Self.startCode + packet[at..<at + length]
            at += length
        }
        return result.isEmpty ? nil : result
    }

    /// Whether decoding can begin with this packet: only an IDR forgets all that came before (Apple 7.4).
    func isIDR(_ packet: [UInt8]) -> Bool { annexB(packet).map { Self.kinds($0).contains(5) } ?? false }

    /// The types of the NAL units in an Annex B stream.
    static func kinds(_ bytes: [UInt8]) -> Set<UInt8> {
        var kinds: Set<UInt8> = []
        var at = 0
        while at + 3 < bytes.count {
            if bytes[at] == 0, bytes[at + 1] == 0, bytes[at + 2] == 1 {
                kinds.insert(bytes[at + 3] & 0x1F)
                at += 3
            }
            at += 1
        }
        return kinds
    }
}
