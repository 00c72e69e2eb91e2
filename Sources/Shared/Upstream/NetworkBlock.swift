/// A range of addresses in CIDR notation: `10.0.0.0/8`, `fd00::/8`, or one address.
public struct NetworkBlock: Sendable, Hashable, CustomStringConvertible {
    private let base: NetworkAddress
    private let length: Int

    /// Reads the text form; `nil` if it is not one. Bits behind the prefix are ignored.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, !first.contains("%"), let address = NetworkAddress(String(first)) else {
            return nil
        }
        let width = address.family == .v4 ? 32 : 128
        guard parts.count == 2 else {
            self.init(base: address, length: width)
            return
        }
        guard parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let length = Int(parts[1]), (0...width).contains(length)
        else { return nil }
        self.init(base: address, length: length)
    }

    init(base: NetworkAddress, length: Int) {
        self.base = base
        self.length = length
    }

    /// A comma list, as in `UPSTREAM_ALLOW_PRIVATE`; `nil` if any element is not a block. Empty text is an empty list.
    public static func list(_ text: String) -> [NetworkBlock]? {
        var blocks: [NetworkBlock] = []
        for part in text.split(separator: ",") {
            guard let block = NetworkBlock(String(part.filter { $0 != " " })) else { return nil }
            blocks.append(block)
        }
        return blocks
    }

    func contains(_ address: NetworkAddress) -> Bool {
        guard address.family == base.family else { return false }
        if base.family == .v4 {
            return length == 0 || (address.low ^ base.low) >> UInt64(32 - length) == 0
        }
        let highBits = min(length, 64)
        let lowBits = length - highBits
        return (highBits == 0 || (address.high ^ base.high) >> UInt64(64 - highBits) == 0)
            && (lowBits == 0 || (address.low ^ base.low) >> UInt64(64 - lowBits) == 0)
    }

    public var description: String {
        base.family == .v4 ? "IPv4 block /\(length)" : "IPv6 block /\(length)"
    }
}
