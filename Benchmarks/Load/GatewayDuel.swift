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
        let errors: Int

        static func median(_ loads: [Load]) -> Load {
            func middle(_ value: (Load) -> Double) -> Double { Samples(loads.map(value)).median }
            return Load(
                requests: middle(\.requests), bytes: middle(\.bytes), cpu: middle(\.cpu),
                errors: loads.reduce(0) { $0 + $1.errors })
        }
    }

    let bench: GatewayStack
    let channel: RecordedChannel
    let folder: URL

    private static let pacedConnections = 32

    /// What the gateway serves now, as files for nginx.
    func copyFiles() async throws {
        let viewing = try await viewing()
        for (index, segment) in try await viewing.load().segments.enumerated() {
            try Data(try await viewing.bytes(of: segment)).write(to: folder.appending(path: "\(index).ts"))
        }
        let playlist = try await SimpleHTTP.send("GET", viewing.playlist.absoluteString)
        try Data(playlist.body).write(to: folder.appending(path: "720p.m3u8"))
    }

    /// As much as wrk gets.
    /// - Parameter nginx: `nil`: the gateway.
    func load(_ nginx: StaticNginx?, _ kind: LoadRequest.Kind, connections: Int, seconds: Int) async throws -> Load {
        let paths = try await paths(nginx, kind)
        let before = cpu(nginx)
        let run = try Wrk.run(
            origin(nginx), paths: paths, connections: connections, seconds: seconds, folder: folder)
        let used = cpu(nginx) - before
        return Load(
            requests: run.requests, bytes: run.bytes, cpu: used / (run.requests * Double(seconds)) * 1000,
            errors: run.errors)
    }

    /// So many requests a second, each due at its own time.
    func pace(
        _ nginx: StaticNginx?, _ kind: LoadRequest.Kind, rate: Double, seconds: Double
    ) async throws -> LoadFigures {
        let paths = try await paths(nginx, kind)
        let interval = Double(Self.pacedConnections) / rate
        let scripts = (0..<Self.pacedConnections).map {
            PacedScript(kind: kind, paths: paths, interval: interval, offset: Double($0) / rate)
        }
        return try await LoadClient(port: nginx?.port ?? bench.port, warmUp: 1, seconds: seconds).run(scripts)
    }

    /// Answers a second to as many connections as `pace` has, each of which asks again at once.
    func most(_ nginx: StaticNginx?, _ kind: LoadRequest.Kind, seconds: Double) async throws -> Double {
        let script = EagerScript(kind: kind, paths: try await paths(nginx, kind))
        let scripts = Array(repeating: script, count: Self.pacedConnections)
        let figures = try await LoadClient(port: nginx?.port ?? bench.port, warmUp: 1, seconds: seconds).run(scripts)
        return Double(figures.requestCount) / figures.seconds
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
