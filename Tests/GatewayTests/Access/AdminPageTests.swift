import NIOCore
import Testing

@testable import Gateway

/// Where the operator's page is served, and that the player's shell knows nothing of it.
@Suite struct AdminPageTests {
    @Test func theOperatorsPageHasAddressesOfItsOwn() throws {
        let site = WebSite(
            player: [
                "index.html": ByteBuffer(string: "player"), "sw.js": ByteBuffer(string: "[/*@files@*/]"),
                "admin/index.html": ByteBuffer(string: "operator"), "admin/admin.js": ByteBuffer(string: "js"),
            ], vendor: [:])
        #expect(site.files["/admin"].map { String(buffer: $0.bytes) } == "operator")
        #expect(site.files["/admin/admin.js"]?.contentType == "text/javascript; charset=utf-8")
        #expect(site.files.keys.filter { $0.contains("admin") }.count == 2)
        let worker = try #require(site.files["/sw.js"])
        #expect(!String(buffer: worker.bytes).contains("admin"))
    }
}
