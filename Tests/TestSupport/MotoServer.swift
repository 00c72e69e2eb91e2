import Foundation
import Synchronization

/// A real S3-compatible server (moto, from PyPI) on a free loopback port. `./dash setup` installs it below `.dash/python`.
public final class MotoServer: Sendable {
    /// What the server takes; it checks no signature unless it is told to.
    public static let accessKey = "AKIAIOSFODNN7EXAMPLE"
    public static let secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

    public enum Failure: Error { case didNotStart(log: String) }

    /// Says why the tests are skipped, if it is not there.
    public static let isInstalled: Bool = {
        if program != nil { return true }
        print("S3 is not tested: moto is not installed; ./dash setup does it when pip can reach PyPI")
        return false
    }()

    public let port: Int
    private let process: ChildProcess
    private let log: String

    public var url: String { "http://127.0.0.1:\(port)" }

    /// Runs `body` with a fresh server.
    public static func with(_ body: (MotoServer) async throws -> Void) async throws {
        let server = try await start()
        do {
            try await body(server)
        } catch {
            try? await server.stop()
            throw error
        }
        try await server.stop()
    }

    /// Makes a bucket; moto asks for no signature.
    public func makeBucket(_ name: String) async throws {
        let answer = try await SimpleHTTP.send("PUT", "\(url)/\(name)", headers: [("content-length", "0")])
        guard answer.status == 200 else { throw Failure.didNotStart(log: "no bucket: \(answer.status)") }
    }

    /// The first bucket of a fresh server. moto loads its S3 part with the first request for it, and has been seen to drop that one
    /// on a busy machine.
    public func makeFirstBucket(_ name: String) async throws {
        for _ in 0..<4 {
            if (try? await makeBucket(name)) != nil { return }
        }
        try await makeBucket(name)
    }

    /// Ends it; nothing of it is left.
    public func stop() async throws {
        try await process.stop()
        try? FileManager.default.removeItem(atPath: log)
    }

    /// Ends it as a crash would.
    public func kill() async throws {
        process.signal(SIGKILL)
        try await process.waitForExit()
    }

    private static var program: String? {
        let environment = ProcessInfo.processInfo.environment
        let places = [
            environment["DASH_STATE_DIR"] ?? "", FileManager.default.currentDirectoryPath + "/.dash",
        ].map { "\($0)/python/bin/moto_server" }
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func start() async throws -> MotoServer {
        var attempt = 0
        while true {
            do { return try await launch() } catch {
                // Somebody may have taken the port in the meantime.
                attempt += 1
                if attempt == 3 { throw error }
            }
        }
    }

    private static func launch() async throws -> MotoServer {
        let log = FileManager.default.temporaryDirectory.appending(path: "dash-moto-\(UUID().uuidString).log").path
        guard let program else { throw Failure.didNotStart(log: "moto is not installed") }
        let port = freePort()
        let process = try ChildProcess(program, ["-H", "127.0.0.1", "-p", String(port)], output: log)
        let server = MotoServer(port: port, process: process, log: log)
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline, process.isRunning {
            if let answer = try? await SimpleHTTP.send("GET", "\(server.url)/moto-api/data.json"), answer.status == 200
            {
                return server
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        try? await server.kill()
        throw Failure.didNotStart(log: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
    }

    private init(port: Int, process: ChildProcess, log: String) {
        self.port = port
        self.process = process
        self.log = log
    }
}
