import Foundation
import Testing

@testable import Upstream

@Suite struct UpstreamValueTests {
    @Test func takesURLsApart() throws {
        let url = try UpstreamURL("http://user:pw@Host.Example:8080/a/b.ts?x=1")
        #expect(url.scheme == "http" && url.host == "host.example" && url.port == 8080)
        #expect(url.path == "/a/b.ts" && url.query == "x=1" && url.hasUserInfo)
        let plain = try UpstreamURL("https://[2001:db8::1]")
        #expect(plain.host == "2001:db8::1" && plain.port == 443 && plain.path == "/" && !plain.hasUserInfo)
    }

    @Test(arguments: [
        "", "/relative", "ftp://a/b", "file:///etc/passwd", "http://", "http://a\r\nb/", "http://a:0/", "gopher://a",
        "http://a:99999/",
    ])
    func refusesWhatIsNoWebAddress(text: String) { #expect(throws: UpstreamError.self) { try UpstreamURL(text) } }

    @Test(arguments: [
        ("/x/y?z", "http://h:81/x/y?z"), ("y", "http://h:81/a/y"), ("//other/z", "http://other/z"),
        ("https://s.example/t?token=1", "https://s.example/t?token=1"), ("?q=2", "http://h:81/a/b?q=2"),
        ("/with space", "http://h:81/with%20space"),
    ]) func resolvesLocations(location: String, expected: String) throws {
        #expect(try UpstreamURL("http://h:81/a/b").resolving(location).secretText == expected)
    }

    @Test func neverShowsAnAddress() throws {
        let url = try UpstreamURL("http://canary-host/canary-user/canary-pass?token=canary-token")
        var dumped = ""
        dump(url, to: &dumped)
        for text in ["\(url)", String(reflecting: url), String(describing: Optional(url)), dumped, "\([url])"] {
            #expect(!text.contains("canary"))
        }
    }

    @Test(arguments: ["a\r\nX: y", "a\nb", "a\0b", ""]) func refusesUserAgentsThatBreakOut(agent: String) {
        #expect(throws: UpstreamError.self) { try UpstreamPolicy(userAgent: agent) }
    }

    @Test func readsContentRanges() {
        #expect(ContentRange("bytes 0-99/1000")?.bytes == 0...99)
        #expect(ContentRange("bytes 0-99/1000")?.total == 1000)
        #expect(ContentRange("bytes 5-5/*")?.total == nil)
        #expect(ContentRange("bytes */1000")?.bytes == nil)
        for bad in ["", "bytes", "bytes 9-5/10", "bytes 0-10/10", "items 0-1/2", "bytes 0-1/x", "bytes -1-1/2"] {
            #expect(ContentRange(bad) == nil, "\(bad)")
        }
    }

    @Test func readsRetryAfterInBothForms() throws {
        func head(_ value: String) throws -> UpstreamHead {
            UpstreamHead(
                status: 503, headers: [UpstreamHeader("retry-After", value)], redirects: 0,
                url: try UpstreamURL("http://a"))
        }
        #expect(try head("7").retryAfter == .seconds(7))
        #expect(try head("-7").retryAfter == .zero)
        #expect(try head("99999999").retryAfter == .seconds(86_400))
        #expect(try head("Wed, 21 Oct 2015 07:28:00 GMT").retryAfter == .zero)
        #expect(try head("soon").retryAfter == nil)
        #expect(throws: UpstreamError.self) { try head("7").requireSuccess() }
    }

    @Test func followsHeaderBlocksHopByHop() throws {
        var block = HeaderBlock(followsRedirects: true, maximumBytes: 200)
        for line in [
            "HTTP/1.1 100 Continue\r\n", "\r\n", "HTTP/1.1 302 Found\r\n", "Location: /b\r\n", "\r\n",
            "HTTP/1.1 200 OK\r\n",
            "Content-Type:  video/mp2t\r\n",
        ] { try block.feed(Array(line.utf8)) }
        #expect(!block.isFinal)
        try block.feed(Array("\r\n".utf8))
        #expect(block.isFinal && block.status == 200 && block.redirects == 1)
        #expect(block.headers == [UpstreamHeader("Content-Type", "video/mp2t")])
        try block.feed(Array("X-Trailer: late\r\n".utf8))
        #expect(block.headers.count == 1)
    }

    @Test func refusesHugeAndSenselessHeaders() throws {
        var block = HeaderBlock(followsRedirects: false, maximumBytes: 50)
        try block.feed(Array("ICY 200 OK\r\n".utf8))
        #expect(throws: HeaderBlock.Failure.tooLarge) { try block.feed(Array(repeating: 65, count: 51)) }
        var other = HeaderBlock(followsRedirects: false, maximumBytes: 50)
        #expect(throws: HeaderBlock.Failure.malformed) { try other.feed(Array("SSH-2.0\r\n".utf8)) }
    }

    @Test func queuesBytesInOrder() {
        var queue = ByteQueue()
        var taken: [UInt8] = []
        var next: UInt8 = 0
        for round in 0..<200 {
            let chunk = (0..<(round % 7)).map { _ in
                defer { next &+= 1 }; return next
            }
            chunk.withUnsafeBytes { queue.append($0) }
            var target = [UInt8](repeating: 0, count: round % 5)
            let count = target.withUnsafeMutableBytes { queue.take(into: $0) }
            taken += target.prefix(count)
        }
        var rest = [UInt8](repeating: 0, count: 1000)
        let count = rest.withUnsafeMutableBytes { queue.take(into: $0) }
        taken += rest.prefix(count)
        #expect(taken.count == (0..<200).map { $0 % 7 }.reduce(0, +) && queue.isEmpty)
        #expect(taken == taken.indices.map { UInt8(truncatingIfNeeded: $0) })
    }
}
