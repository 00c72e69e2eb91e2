#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A network such as `10.0.0.0/8` or `fd00::/8`; a bare address means itself only.
public struct CIDR: Sendable, Hashable, CustomStringConvertible {
    private let bytes: [UInt8]
    private let length: Int
    public let description: String

    /// Reads the text form; `nil` if it is not one.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = Self.octets(of: String(parts[0])) else { return nil }
        var length = address.count * 8
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...length).contains(given) else { return nil }
            length = given
        }
        bytes = address
        self.length = length
        description = text
    }

    /// Whether a literal address lies in this network. An IPv4 address inside an IPv6 socket (`::ffff:1.2.3.4`) counts as IPv4.
    public func contains(_ address: String) -> Bool {
        guard let octets = Self.octets(of: address), octets.count == bytes.count else { return false }
        let whole = length / 8
        guard octets.prefix(whole) == bytes.prefix(whole) else { return false }
        let rest = length % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
        return octets[whole] & mask == bytes[whole] & mask
    }

    private static func octets(of address: String) -> [UInt8]? {
        var v4 = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, address, &v4) == 1 { return v4 }
        var v6 = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, address, &v6) == 1 else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return v6.starts(with: mapped) ? Array(v6.suffix(4)) : v6
    }
}
