/// Which addresses a connection may be made to: the public internet, plus what the operator allows by name.
///
/// A provider, or whoever speaks in its place, chooses the target of a redirect; without this rule it could make us
/// fetch from our own network (DESIGN §5.9). The rule looks at the resolved address, so a name that resolves
/// differently the second time gains nothing. Ranges: IANA special-purpose registries, MEDIA.md §6.
struct AddressRule: Sendable {
    /// Allowed in spite of being private; IPv4 blocks count for IPv6 addresses that embed IPv4 as well.
    let allowed: [NetworkBlock]

    func permits(_ address: NetworkAddress) -> Bool {
        if allowed.contains(where: { $0.contains(address) }) { return true }
        if let inner = address.embeddedV4 { return permits(inner) }
        switch address.family {
        case .v4: return !Self.special(Self.specialV4, contain: address)
        case .v6: return Self.global.contains(address) && !Self.special(Self.specialV6, contain: address)
        }
    }

    private static func special(_ blocks: [NetworkBlock], contain address: NetworkAddress) -> Bool {
        blocks.contains { $0.contains(address) }
    }

    private static let specialV4: [NetworkBlock] = [
        v4(0, 0, 0, 0, 8),  // this network
        v4(10, 0, 0, 0, 8),  // private
        v4(100, 64, 0, 0, 10),  // carrier-grade NAT
        v4(127, 0, 0, 0, 8),  // loopback
        v4(169, 254, 0, 0, 16),  // link-local, and the metadata services of clouds
        v4(172, 16, 0, 0, 12),  // private
        v4(192, 0, 0, 0, 24),  // protocol assignments
        v4(192, 0, 2, 0, 24),  // documentation
        v4(192, 88, 99, 0, 24),  // 6to4 relays
        v4(192, 168, 0, 0, 16),  // private
        v4(198, 18, 0, 0, 15),  // benchmarks
        v4(198, 51, 100, 0, 24),  // documentation
        v4(203, 0, 113, 0, 24),  // documentation
        v4(224, 0, 0, 0, 3),  // multicast, reserved, broadcast
    ]

    /// Global unicast. Everything else of IPv6 is loopback, private, link-local, multicast or unassigned.
    private static let global = v6(0x2000, 0, 3)

    private static let specialV6: [NetworkBlock] = [
        v6(0x2001, 0x0000, 23),  // protocol assignments: Teredo, ORCHID …
        v6(0x2001, 0x0db8, 32),  // documentation
        v6(0x2002, 0x0000, 16),  // 6to4: embeds any IPv4 address
        v6(0x3fff, 0x0000, 20),  // documentation
    ]

    private static func v4(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ length: Int) -> NetworkBlock {
        NetworkBlock(base: NetworkAddress(v4: a << 24 | b << 16 | c << 8 | d), length: length)
    }

    private static func v6(_ first: UInt64, _ second: UInt64, _ length: Int) -> NetworkBlock {
        NetworkBlock(base: NetworkAddress(high: first << 48 | second << 32, low: 0), length: length)
    }
}
