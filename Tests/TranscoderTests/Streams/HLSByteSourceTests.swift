import Foundation
import TestSupport
import Testing
import Upstream

@testable import Transcoder

/// A provider's HLS channel, read from a real HTTP server on loopback that keeps its connections open.
@Suite struct HLSByteSourceTests {
    private static let first = [UInt8](repeating: 1, count: 376)
    private static let second = [UInt8](repeating: 2, count: 188)

    /// Playlists end where their length says, and addresses in them are relative to where they really came from.
    @Test(.timeLimit(.minutes(1))) func whatAPlaylistNamesIsReadInOrder() async throws {
        let variants = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900\nbest.m3u8\n"
        let list = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.ts\n#EXTINF:4,\nb.ts\n#EXT-X-ENDLIST\n"
        try await ScriptedHTTPServer.with({ request in
            switch request.path {
            case "/live.m3u8": return [.response(200, [], body: variants)]
            case "/best.m3u8": return [.redirect(to: "/edge/7/list.m3u8")]
            case "/edge/7/list.m3u8": return [.response(200, [], body: list)]
            case "/edge/7/a.ts": return [.response(200, [], body: Self.first)]
            case "/edge/7/b.ts": return [.response(200, [], body: Self.second)]
            default: return [.response(404)]
            }
        }) { server in
            let bytes = try await Self.read(server.url("/live.m3u8"))
            #expect(bytes == Self.first + Self.second)
        }
    }

    /// To the channel's end, opened as `ProviderSource` does. It blocks: never on the cooperative pool.
    private static func read(_ address: String) async throws -> [UInt8] {
        let policy = try UpstreamPolicy(allowPrivate: [try #require(NetworkBlock("127.0.0.0/8"))])
        return try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try bytes(of: address, policy) }) }.start()
        }
    }

    private static func bytes(of address: String, _ policy: UpstreamPolicy) throws -> [UInt8] {
        let connection = UpstreamStream(policy: policy)
        let head = try connection.open(try UpstreamURL(address), ignoresContentLength: true)
        let source = try HLSByteSource(connection, playlist: head.url)
        #expect(source.longestPause == .seconds(8))
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1_000)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
