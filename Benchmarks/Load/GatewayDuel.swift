import Contracts
import Foundation
import TestSupport

/// The gateway and nginx with the same channel: one serves it live, the other its segments and playlist as files.
struct GatewayDuel: Sendable {
    /// What one run of wrk got.
    struct Load: Sendable {
        let requests: Double
        let bytes: Double
        /// CPU seconds of the server per 1,000 requests.
        let cpu: Double
        /// Seconds.
        let p99: Double
        let errors: Int

        static func median(_ loads: [Load]) -> Load {
            func middle(_ value: (Load) -> Double) -> Double { Samples(loads.map(value)).median }
            return Load(
                requests: middle(\.requests), bytes: middle(\.bytes), cpu: middle(\.cpu), p99: middle(\.p99),
                errors: loads.reduce(0) { $0 + $1.errors })
        }
    }

    let bench: GatewayStack
    let channel: RecordedChannel
    let folder: URL

    private static let connections = 64

    /// What the gateway serves now, as files for nginx.
    func copyFiles() async throws {
        let viewing = try await viewing()
        for (index, segment) in try await viewing.load().segments.enumerated() {
            try Data(try await viewing.bytes(of: segment)).write(to: folder.appending(path: "\(index).ts"))
        }
        let playlist = try await SimpleHTTP.send("GET", viewing.playlist.absoluteString)
        try Data(playlist.body).write(to: folder.appending(path: "720p.m3u8"))
    }

    /// What wrk gets: as much as it can, or `rate` requests a second.
    /// - Parameter nginx: `nil`: the gateway.
    func load(_ nginx: StaticNginx?, _ kind: LoadRequest.Kind, rate: Double? = nil, seconds: Int) async throws -> Load {
        let paths = try await paths(nginx, kind)
        let before = cpu(nginx)
        let run = try Wrk.run(
            origin(nginx), paths: paths, connections: Self.connections, rate: rate, seconds: seconds, folder: folder)
        let used = cpu(nginx) - before
        return Load(
            requests: run.requests, bytes: run.bytes, cpu: used / (run.requests * Double(seconds)) * 1000,
            p99: run.p99, errors: run.errors)
    }

    /// Addresses that are good for the next half minute; the gateway has them in memory.
    private func paths(_ nginx: StaticNginx?, _ kind: LoadRequest.Kind) async throws -> [String] {
        if nginx != nil {
            return kind == .segment ? (0..<RecordedChannel.window).map { "/\($0).ts" } : ["/720p.m3u8"]
        }
        let viewing = try await viewing()
        guard kind == .segment else { return [viewing.playlist.path] }
        let segments = try await viewing.load().segments
        for segment in segments { _ = try await viewing.fetch(segment) }
        return segments.compactMap { URL(string: $0.uri, relativeTo: viewing.playlist)?.absoluteURL.path }
    }

    private func viewing() async throws -> Viewing {
        try await Viewing.begin(bench.master(channel), rendition: channel.rendition.name)
    }

    private func origin(_ nginx: StaticNginx?) -> String { "http://127.0.0.1:\(nginx?.port ?? bench.port)" }
    private func cpu(_ nginx: StaticNginx?) -> Double { nginx?.cpu ?? ServiceCPU.used(bench.gateway.pid) }
}
