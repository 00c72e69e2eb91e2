import Foundation
import Testing

@testable import Upstream

/// Reads a body as the product does: blocking, on a thread of its own.
struct UpstreamReading: Sendable {
    let policy: UpstreamPolicy

    init() throws { policy = try UpstreamPolicy(allowPrivate: [#require(NetworkBlock("127.0.0.1/32"))]) }

    typealias Open = @Sendable (UpstreamStream, UpstreamURL) throws -> UpstreamHead

    @discardableResult
    func read(
        _ url: String, policy: UpstreamPolicy? = nil, stallTimeout: Duration = .seconds(10),
        openTimeout: Duration = .seconds(10),
        cancellation: UpstreamCancellation = UpstreamCancellation(),
        open: @escaping Open = { stream, url in try stream.open(url) }, onBytes: (@Sendable ([UInt8]) -> Void)? = nil
    ) async throws -> (UpstreamHead, [UInt8]) {
        let policy = policy ?? self.policy
        return try await onThread {
            var options = UpstreamStream.Options()
            options.stallTimeout = stallTimeout
            options.openTimeout = openTimeout
            let stream = UpstreamStream(policy: policy, options: options, cancellation: cancellation)
            let head = try open(stream, UpstreamURL(url))
            return (head, try drain(stream, onBytes))
        }
    }
}

func drain(_ stream: UpstreamStream, _ onBytes: (@Sendable ([UInt8]) -> Void)? = nil) throws -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 70_000)
    while true {
        let count = try chunk.withUnsafeMutableBytes { try stream.read(into: $0) }
        guard count > 0 else { return all }
        onBytes?(Array(chunk.prefix(count)))
        all += chunk.prefix(count)
    }
}

/// Runs blocking code on a thread of its own.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
    }
}

/// Lets `#expect(throws:)` compare codes.
func codes<Result>(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result) async throws
    -> Result
{
    do { return try await body() } catch let error as UpstreamError { throw error.code }
}

extension UpstreamError.Code: Error {}

/// Sockets of this process that are connected to a port of loopback: the client's ends of its connections.
func socketsOf(port: Int) -> Int {
    (0..<4096).filter { descriptor in
        var peer = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafeMutablePointer(to: &peer) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(Int32(descriptor), $0, &size) == 0 }
        }
        return isConnected && peer.sin_family == sa_family_t(AF_INET) && peer.sin_port == in_port_t(port).bigEndian
    }.count
}
