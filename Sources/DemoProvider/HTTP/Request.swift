import NIOCore
import NIOHTTP1

/// A request as the answering code sees it: decoded path and query, no socket.
struct Request: Sendable {
    let method: HTTPMethod
    let segments: [String]
    let query: [String: String]
    let headers: HTTPHeaders
    let body: [UInt8]
    /// The ledger's number of the connection, and its event loop.
    let connection: Int
    let loop: any EventLoop
    let isLoopback: Bool
    /// Our port that was asked.
    let port: Int

    var isHead: Bool { method == .HEAD }
    var userAgent: String { headers.first(name: "user-agent") ?? "" }
    /// The name without port that the client used for us.
    var host: String? {
        guard let host = headers.first(name: "host"), host.utf8.count < 256 else { return nil }
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[...end]) }
        return host.split(separator: ":").first.map(String.init)
    }

    /// - Returns: `nil` if the target is no absolute path.
    init?(
        _ head: HTTPRequestHead, body: [UInt8], connection: Int, loop: any EventLoop, isLoopback: Bool,
        port: Int
    ) {
        guard head.uri.hasPrefix("/"), head.uri.utf8.count <= 4096 else { return nil }
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        method = head.method
        segments = parts[0].split(separator: "/").map { Self.decoded($0, plusIsSpace: false) }
        var query: [String: String] = [:]
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&").prefix(64) {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query[Self.decoded(sides[0], plusIsSpace: true)] =
                sides.count > 1 ? Self.decoded(sides[1], plusIsSpace: true) : ""
        }
        self.query = query
        headers = head.headers
        self.body = body
        self.connection = connection
        self.loop = loop
        self.isLoopback = isLoopback
        self.port = port
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") && plusIsSpace ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
