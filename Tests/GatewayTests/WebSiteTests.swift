import NIOCore
import Testing

@testable import Gateway

@Suite("The web player's files")
struct WebSiteTests {
    private static let player = [
        "index.html": ByteBuffer(string: "<a href='/app/@version@/app/main.js' data-player='@vendor@'>"),
        "sw.js": ByteBuffer(string: "const FILES = [/*@files@*/]; // @version@"),
        "app/main.js": ByteBuffer(string: String(repeating: "start();", count: 100)),
        "icons/icon-192.png": ByteBuffer(bytes: [0x89, 0x50, 0x4e, 0x47]),
    ]
    private static let vendor = [
        "video.min.js": ByteBuffer(string: "player"), "video-js.min.css": ByteBuffer(string: "style"),
    ]

    @Test("Everything lies under one version, and the pages name it")
    func versioned() throws {
        let site = WebSite(player: Self.player, vendor: Self.vendor)
        let version = WebSite.version(Self.player)
        let vendor = WebSite.version(Self.vendor)
        #expect(
            site.files.keys.sorted()
                == [
                    "/", "/app/\(version)/app/main.js", "/app/\(version)/icons/icon-192.png", "/sw.js",
                    "/vendor/\(vendor)/video-js.min.css", "/vendor/\(vendor)/video.min.js",
                ].sorted())
        let page = try #require(site.files["/"])
        #expect(
            String(buffer: page.bytes) == "<a href='/app/\(version)/app/main.js' data-player='/vendor/\(vendor)'>")
        #expect(page.cacheControl == "no-cache")
        // Pictures are not kept for offline: what shows without them needs none.
        let worker = try #require(site.files["/sw.js"])
        #expect(String(buffer: worker.bytes) == "const FILES = ['/app/\(version)/app/main.js']; // \(version)")
        #expect(site.files["/app/\(version)/app/main.js"]?.cacheControl == "public, max-age=31536000, immutable")
    }

    @Test("Another byte, another version")
    func changes() {
        var changed = Self.player
        changed["app/main.js"] = ByteBuffer(string: "other();")
        #expect(WebSite.version(changed) != WebSite.version(Self.player))
        // Where one file ends and the next begins counts, too.
        #expect(
            WebSite.version(["a": ByteBuffer(string: "bc")]) != WebSite.version(["ab": ByteBuffer(string: "c")]))
    }

    @Test("Half of Video.js is none: the page says so")
    func incompleteVendor() throws {
        let site = WebSite(player: Self.player, vendor: ["video.min.js": ByteBuffer(string: "player")])
        let page = try #require(site.files["/"])
        #expect(String(buffer: page.bytes).hasSuffix("data-player=''>"))
        #expect(!site.files.keys.contains { $0.hasPrefix("/vendor/") })
    }

    @Test(
        "Only plain names are taken",
        arguments: [
            ("app/main.js", true), ("icons/icon-192.png", true), (".git/config", false), ("app/.secret.js", false),
            ("../outside.js", false), ("app//main.js", false), ("app/ä.js", false), ("app/a b.js", false), ("", false),
        ])
    func plainNames(path: String, isPlain: Bool) {
        #expect(WebFolder.isPlain(path) == isPlain)
    }

    @Test("Pages may fetch from us alone, and from the bucket where playlists lead there")
    func policy() {
        #expect(WebSecurity.policy(mediaOrigin: nil).contains("connect-src 'self';"))
        #expect(
            WebSecurity.policy(mediaOrigin: "https://films.example").contains(
                "connect-src 'self' https://films.example;"))
        #expect(!WebSecurity.policy(mediaOrigin: nil).contains("unsafe"))
    }
}
