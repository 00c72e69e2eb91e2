/// Tells a *slate* from a channel: a short film that a provider sends instead, round and round, with status 200
/// ("connected elsewhere", "expired", "not on air"; PROVIDER.md, "Connections"). Pure, but for the shared memory.
///
/// A channel never sends the same packet twice, for times and pictures run on. A file does, when it begins again. So this
/// looks at the packets with which pictures and sounds begin:
/// - a run of them that has been seen before, as a whole and then once more, is a loop;
/// - a connection that begins as one did long before is the same file again;
/// - one that begins as a known slate is known at once.
struct SlateWatch: Sendable {
    enum Verdict: Sendable, Equatable {
        case channel
        /// It begins as a known slate, and has not gone on for long enough to tell.
        case suspect
        case slate
    }

    /// Pictures and sounds that make up a beginning: about a third of a second.
    private static let beginningLength = 16

    private let memory: SlateMemory
    private let earlier: SourceBeginning?
    private var loop = LoopWatch()
    private var prints: [UInt64] = []

    /// How the connection began, once that is known.
    private(set) var beginning: SourceBeginning?

    /// - Parameter earlier: how a connection began that was made so long ago that a channel has gone on since.
    init(memory: SlateMemory, earlier: SourceBeginning?) {
        self.memory = memory
        self.earlier = earlier
    }

    /// - Parameter packet: 188 bytes that begin with the sync byte.
    mutating func look(at packet: ArraySlice<UInt8>) -> Verdict {
        guard Self.beginsUnit(packet) else { return verdictSoFar }
        let print = Self.print(of: packet)
        if beginning == nil { begin(with: print) }
        let isSlate = loop.isLoop(after: print) || beginning.map { $0 == earlier || memory.contains($0) } ?? false
        guard isSlate else { return verdictSoFar }
        if let beginning { memory.add(beginning) }
        return .slate
    }

    private var verdictSoFar: Verdict {
        guard beginning == nil, let first = prints.first else { return .channel }
        return memory.knows(first: first) || earlier?.first == first ? .suspect : .channel
    }

    private mutating func begin(with print: UInt64) {
        prints.append(print)
        guard prints.count == Self.beginningLength, let first = prints.first else { return }
        beginning = SourceBeginning(first: first, whole: prints.reduce(0) { $0 &* 31 &+ $1 })
    }

    /// Whether a PES packet with a time begins in this packet.
    private static func beginsUnit(_ packet: ArraySlice<UInt8>) -> Bool {
        let at = packet.startIndex
        guard packet.count == ProgramWatch.packetSize, packet[at + 1] & 0x40 != 0, packet[at + 3] & 0x10 != 0 else {
            return false
        }
        let start = at + (packet[at + 3] & 0x20 != 0 ? 5 + Int(packet[at + 4]) : 4)
        guard start + 8 < packet.endIndex else { return false }
        return packet[start] == 0 && packet[start + 1] == 0 && packet[start + 2] == 1 && packet[start + 7] & 0x80 != 0
    }

    /// FNV-1a over the packet, without its continuity counter: a sender may count on where its file begins again.
    private static func print(of packet: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for (offset, byte) in packet.enumerated() {
            hash = (hash ^ UInt64(offset == 3 ? byte & 0xF0 : byte)) &* 0x100_0000_01B3
        }
        return hash
    }
}

/// How a connection begins: its first pictures and sounds, times included.
struct SourceBeginning: Sendable, Hashable {
    let first: UInt64
    let whole: UInt64
}
