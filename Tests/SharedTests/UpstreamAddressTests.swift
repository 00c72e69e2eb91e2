import Foundation
import Testing

@testable import Upstream

@Suite struct UpstreamAddressTests {
    private static let publicOnes = [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
        "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "198.17.255.255",
        "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2001:4860:4860::8888", "2a00::1", "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
    ]

    private static let privateOnes = [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.1.2.3",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::",
        "2002:808:808::1", "3fff::1", "4000::1", "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
    ]

    @Test(arguments: publicOnes) func permitsThePublicInternet(text: String) throws {
        #expect(AddressRule(allowed: []).permits(try #require(NetworkAddress(text))))
    }

    @Test(arguments: privateOnes) func refusesEverythingElse(text: String) throws {
        #expect(!AddressRule(allowed: []).permits(try #require(NetworkAddress(text))))
    }

    @Test(arguments: [
        ("10.1.0.0/16", "10.1.2.3", "10.2.0.1"), ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
        ("127.0.0.1/32", "::ffff:127.0.0.1", "::1"), ("fd00::/8", "fd12::1", "fc12::1"), ("::1", "::1", "127.0.0.1"),
        ("fe80::/64", "fe80::1:2", "fe80:0:0:1::1"), ("0.0.0.0/0", "192.168.0.1", "::1"),
        ("fd00::12:0/112", "fd00::12:1", "fd00::13:1"),
    ]) func allowsWhatTheOperatorNames(block: String, inside: String, outside: String) throws {
        let rule = AddressRule(allowed: [try #require(NetworkBlock(block))])
        #expect(rule.permits(try #require(NetworkAddress(inside))))
        #expect(!rule.permits(try #require(NetworkAddress(outside))))
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/-1", "10.0.0.0/+8", "localhost", "1.1.1.1/", "/8",
    ])
    func refusesBadBlocks(text: String) { #expect(NetworkBlock(text) == nil) }

    @Test func readsLists() {
        #expect(NetworkBlock.list("127.0.0.0/8, ::1")?.count == 2)
        #expect(NetworkBlock.list("")?.isEmpty == true)
        #expect(NetworkBlock.list("127.0.0.0/8,nonsense") == nil)
    }

    @Test func readsSocketAddresses() throws {
        var v4 = sockaddr_in()
        v4.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "169.254.169.254", &v4.sin_addr)
        #expect(address(&v4) == NetworkAddress("169.254.169.254"))
        var v6 = sockaddr_in6()
        v6.sin6_family = sa_family_t(AF_INET6)
        inet_pton(AF_INET6, "2001:db8::42", &v6.sin6_addr)
        #expect(address(&v6) == NetworkAddress("2001:db8::42"))
        var local = sockaddr_un()
        local.sun_family = sa_family_t(AF_UNIX)
        #expect(address(&local) == nil)
        #expect(address(&v6, length: 16) == nil)
    }

    private func address<Socket>(_ socket: inout Socket, length: Int? = nil) -> NetworkAddress? {
        withUnsafePointer(to: &socket) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                NetworkAddress($0, length: length ?? MemoryLayout<Socket>.size)
            }
        }
    }
}
