import Foundation

/// Debian's nginx as a cache in front of one gateway, with the rules that the product ships (`deploy/nginx`).
public final class NginxCache: Sendable {
    public enum Failure: Error { case didNotStart(log: String) }

    /// Says why the tests are skipped, if it is not there.
    public static let isInstalled: Bool = {
        if FileManager.default.isExecutableFile(atPath: program) { return true }
        print("cache rules are not tested: nginx is not installed; ./dash setup does it")
        return false
    }()

    private static let program = "/usr/sbin/nginx"

    public let url: String
    private let process: ChildProcess
    private let directory: URL

    /// Runs `body` with a cache in front of `origin` (`http://127.0.0.1:PORT`) and removes every trace of it.
    public static func with<Result: Sendable>(
        origin: String, isolation: isolated (any Actor)? = #isolation, _ body: (NginxCache) async throws -> Result
    ) async throws -> Result {
        let cache = try await start(origin: origin)
        do {
            let result = try await body(cache)
            try await cache.stop()
            return result
        } catch {
            try? await cache.stop()
            throw error
        }
    }

    private static func start(origin: String) async throws -> NginxCache {
        let directory = FileManager.default.temporaryDirectory.appending(path: "dash-nginx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let port = freePort()
        let file = directory.appending(path: "nginx.conf").path
        try configuration(origin: origin, port: port, directory: directory.path)
            .write(toFile: file, atomically: true, encoding: .utf8)
        let log = directory.appending(path: "output.log").path
        let process = try ChildProcess(program, ["-c", file, "-p", directory.path], output: log)
        let cache = NginxCache(url: "http://127.0.0.1:\(port)", process: process, directory: directory)
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline, process.isRunning {
            if let answer = try? await SimpleHTTP.send("GET", "\(cache.url)/up"), answer.status == 204 { return cache }
            try await Task.sleep(for: .milliseconds(50))
        }
        let words = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        try? await cache.stop()
        throw Failure.didNotStart(log: words)
    }

    /// As `deploy/nginx/nginx.conf`, with everything that is written in one folder.
    private static func configuration(origin: String, port: Int, directory: String) -> String {
        let rules = FileManager.default.currentDirectoryPath + "/deploy/nginx"
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(directory)/\($0);" }
        return """
            daemon off;
            worker_processes 2;
            pid \(directory)/nginx.pid;
            error_log /dev/stderr warn;
            events { worker_connections 1024; }
            http {
                access_log off;
                \(paths.joined(separator: "\n    "))
                map $host $dash_origin { default \(origin); }
                map $host $dash_zone { default dash; }
                proxy_cache_path \(directory)/cache levels=1:2 keys_zone=dash:4m max_size=512m use_temp_path=off;
                include \(rules)/cache.conf;
                server {
                    listen 127.0.0.1:\(port);
                    location = /up { return 204; }
                    include \(rules)/rules.conf;
                }
            }
            """
    }

    private init(url: String, process: ChildProcess, directory: URL) {
        self.url = url
        self.process = process
        self.directory = directory
    }

    private func stop() async throws {
        // Workers end with their master: SIGTERM is its fast shutdown.
        try await process.stop()
        try? FileManager.default.removeItem(at: directory)
    }
}
