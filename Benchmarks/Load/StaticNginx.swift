import Foundation
import TestSupport

/// Debian's nginx, which serves a folder of files: the web server that others are measured by.
struct StaticNginx: Sendable {
    let port: Int
    private let process: ChildProcess
    private let folder: URL

    /// Runs `body` beside an nginx that serves what is in `folder`, with `workers` processes.
    static func with<Result: Sendable>(
        _ folder: URL, workers: Int, _ body: (StaticNginx) async throws -> Result
    ) async throws -> Result {
        let server = try start(folder, workers: workers)
        do {
            try await server.waitUntilReady()
            let result = try await body(server)
            try await server.process.stop()
            return result
        } catch {
            _ = try? await server.process.stop()
            throw error
        }
    }

    private static func start(_ folder: URL, workers: Int) throws -> StaticNginx {
        let port = freePort()
        let file = folder.appending(path: "nginx.conf")
        try configuration(folder.path, port: port, workers: workers).write(to: file, atomically: true, encoding: .utf8)
        let process = try ChildProcess(
            "/usr/sbin/nginx", ["-c", file.path, "-p", folder.path], output: folder.appending(path: "output.log").path)
        return StaticNginx(port: port, process: process, folder: folder)
    }

    /// As Debian ships it (sendfile, tcp_nopush), without a log, and with connections that last for the whole run.
    private static func configuration(_ folder: String, port: Int, workers: Int) -> String {
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder)/\($0);" }
        return """
            \(getuid() == 0 ? "user root;" : "")
            daemon off;
            worker_processes \(workers);
            pid \(folder)/nginx.pid;
            error_log /dev/stderr warn;
            events { worker_connections 4096; }
            http {
                sendfile on;
                tcp_nopush on;
                access_log off;
                keepalive_requests 100000000;
                types { video/mp2t ts; application/vnd.apple.mpegurl m3u8; }
                \(paths.joined(separator: "\n    "))
                server {
                    listen 127.0.0.1:\(port);
                    root \(folder);
                }
            }
            """
    }

    private func waitUntilReady() async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline, process.isRunning {
            if (try? await SimpleHTTP.send("GET", "http://127.0.0.1:\(port)/nginx.conf"))?.status == 200 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        let words = try? String(contentsOf: folder.appending(path: "output.log"), encoding: .utf8)
        throw DashStack.NotReady(description: "nginx did not start: \(words ?? "")")
    }

    /// CPU seconds of all its processes.
    var cpu: Double {
        let list = try? String(contentsOfFile: "/proc/\(process.pid)/task/\(process.pid)/children", encoding: .utf8)
        let workers = (list ?? "").split(separator: " ").compactMap { pid_t($0) }
        return (workers + [process.pid]).reduce(0) { $0 + ServiceCPU.used($1) }
    }
}
