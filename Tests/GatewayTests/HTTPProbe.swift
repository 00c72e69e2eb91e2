import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix

/// A small HTTP/1.1 client that shows exactly what came back: one connection per request, nothing followed or decoded.
struct HTTPProbe: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: ByteBuffer

        var text: String { String(buffer: body) }
        func header(_ name: String) -> String? { headers.first(name: name) }

        /// The fields of a JSON object.
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.readableBytesView))) as? [String: Any] ?? [:]
        }
        var code: String? { json["code"] as? String }
    }

    enum Failure: Error { case closed, timeout }

    let port: Int

    func get(_ path: String, _ headers: [String: String] = [:], method: HTTPMethod = .GET, body: String? = nil)
        async throws -> Answer
    {
        try await withConnection { channel in
            try await channel.executeThenClose { inbound, outbound in
                var fields = HTTPHeaders([("host", "127.0.0.1:\(port)"), ("connection", "close")])
                for (name, value) in headers { fields.replaceOrAdd(name: name, value: value) }
                if let body { fields.add(name: "content-length", value: String(body.utf8.count)) }
                // In one piece: a request without a body is whole with its head, and may be answered and closed before its end is written.
                var parts: [HTTPClientRequestPart] = [
                    .head(.init(version: .http1_1, method: method, uri: path, headers: fields))
                ]
                if let body { parts.append(.body(.byteBuffer(ByteBuffer(string: body)))) }
                try await outbound.write(contentsOf: parts + [.end(nil)])
                return try await Self.answer(inbound) { _ in false }
            }
        }
    }

    /// The beginning of an endless answer: closes the connection once `isEnough` is true of the bytes so far.
    func beginning(
        of path: String, _ headers: [String: String] = [:], until isEnough: @escaping @Sendable (ByteBuffer) -> Bool
    ) async throws -> Answer {
        try await withConnection { channel in
            try await channel.executeThenClose { inbound, outbound in
                var fields = HTTPHeaders([("host", "127.0.0.1:\(port)")])
                for (name, value) in headers { fields.replaceOrAdd(name: name, value: value) }
                try await outbound.write(contentsOf: [
                    .head(.init(version: .http1_1, method: .GET, uri: path, headers: fields)), .end(nil),
                ])
                return try await Self.answer(inbound, until: isEnough)
            }
        }
    }

    /// Sends bytes as they are and returns everything until the server closes, or 20 s have passed.
    /// - Parameter sent: called when they are out; then this half of the connection is closed, as `nc -N` does. `nil`: it stays open.
    func raw(_ text: String, halfClosing sent: (@Sendable () async throws -> Void)? = nil) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        channel.channel.eventLoop.scheduleTask(in: .seconds(20)) { channel.channel.close(promise: nil) }
        return try await channel.executeThenClose { inbound, outbound in
            // The server may answer and close before it has taken everything.
            try? await outbound.write(ByteBuffer(string: text))
            if let sent {
                try await sent()
                outbound.finish()
            }
            var all = ""
            do { for try await bytes in inbound { all += String(buffer: bytes) } } catch is IOError {}
            return all
        }
    }

    private typealias Client = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private func withConnection(_ body: @Sendable (Client) async throws -> Answer) async throws -> Answer {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(20))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try Client(wrappingChannelSynchronously: channel)
                }
            }
        // No test waits for longer than this.
        let alarm = channel.channel.eventLoop.scheduleTask(in: .seconds(60)) { channel.channel.close(promise: nil) }
        defer { alarm.cancel() }
        return try await body(channel)
    }

    private static func answer(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, until isEnough: (ByteBuffer) -> Bool
    ) async throws -> Answer {
        var head: HTTPResponseHead?
        var body = ByteBuffer()
        parts: for try await part in inbound {
            switch part {
            case .head(let value): head = value
            case .body(var bytes):
                body.writeBuffer(&bytes)
                if isEnough(body) { break parts }
            case .end: break parts
            }
        }
        guard let head else { throw Failure.closed }
        return Answer(status: Int(head.status.code), headers: head.headers, body: body)
    }
}
