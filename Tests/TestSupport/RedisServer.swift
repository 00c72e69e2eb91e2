import Foundation
import Redis
import Synchronization

/// A private `redis-server` on a free loopback port, with a directory of its own. Gone when the test is over, however it ends.
public final class RedisServer: Sendable {
    public struct Options: Sendable {
        /// Keeps an append-only file, fsync'd always, so that a restart or kill loses nothing acknowledged.
        public var appendOnly = false
        /// `requirepass`: the default user's password.
        public var password: String?
        /// ACL rules, each as after `user`: `"app on >secret ~* &* +@all"`.
        public var users: [String] = []
        /// Also listens with TLS, on `tlsPort`, with a self-signed certificate for `localhost` and `127.0.0.1`.
        public var tls = false
        /// `maxmemory`, as `"64mb"`.
        public var maxMemory: String?
        /// `maxmemory-policy`.
        public var policy: String?
        /// More command line words.
        public var arguments: [String] = []

        public init() {}
    }

    public enum Failure: Error { case didNotStart(log: String) }

    public let options: Options
    public let port: Int
    public let tlsPort: Int?
    /// Holds the data, the certificate and the log.
    public let directory: URL
    private let process: Mutex<ChildProcess>

    /// Runs `body` with a fresh server and removes every trace of it.
    @discardableResult
    public static func withServer<Result: Sendable>(
        _ options: Options = Options(), isolation: isolated (any Actor)? = #isolation,
        _ body: (RedisServer) async throws -> Result
    ) async throws -> Result {
        let server = try await start(options)
        do {
            let result = try await body(server)
            try await server.stop()
            server.removeDirectory()
            return result
        } catch {
            try? await server.kill()
            server.removeDirectory()
            throw error
        }
    }

    /// Starts a server that the caller must `stop()`; prefer `withServer`. It ends with this process in any case.
    public static func start(_ options: Options = Options()) async throws -> RedisServer {
        var attempt = 0
        while true {
            let directory = FileManager.default.temporaryDirectory.appending(path: "dash-redis-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            if options.tls { try await makeCertificate(in: directory) }
            let ports = (freePort(), options.tls ? freePort() : nil)
            do {
                let process = try await launch(options, port: ports.0, tlsPort: ports.1, directory: directory)
                return RedisServer(options, port: ports.0, tlsPort: ports.1, directory: directory, process)
            } catch {
                // Somebody may have taken the port in the meantime.
                try? FileManager.default.removeItem(at: directory)
                attempt += 1
                if attempt == 3 { throw error }
            }
        }
    }

    private init(_ options: Options, port: Int, tlsPort: Int?, directory: URL, _ process: ChildProcess) {
        self.options = options
        self.port = port
        self.tlsPort = tlsPort
        self.directory = directory
        self.process = Mutex(process)
    }

    public var pid: pid_t { process.withLock { $0.pid } }
    public var isRunning: Bool { process.withLock { $0.isRunning } }

    /// `redis://` URL of the default user, its password included.
    public var url: String { "redis://\(options.password.map { ":\($0)@" } ?? "")127.0.0.1:\(port)" }
    /// `rediss://` URL; its certificate is `certificate`.
    public var tlsURL: String { "rediss://\(options.password.map { ":\($0)@" } ?? "")localhost:\(tlsPort ?? 0)" }
    /// The self-signed certificate, PEM.
    public var certificate: String { directory.appending(path: "cert.pem").path }
    /// What the server has logged so far.
    public var log: String { (try? String(contentsOf: directory.appending(path: "log"), encoding: .utf8)) ?? "" }

    /// Ends it in good order, and returns when it is gone.
    public func stop() async throws { try await process.withLock { $0 }.stop() }

    /// Ends it with SIGKILL, and returns when it is gone.
    public func kill() async throws {
        let process = process.withLock { $0 }
        process.signal(SIGKILL)
        try await process.waitForExit()
    }

    /// Starts it again on the same ports and directory, after stopping it if it runs.
    public func restart() async throws {
        if isRunning { try await stop() }
        let fresh = try await Self.launch(options, port: port, tlsPort: tlsPort, directory: directory)
        process.withLock { $0 = fresh }
    }

    /// Freezes it (SIGSTOP): connections stay open, nothing answers.
    public func pause() { process.withLock { $0.signal(SIGSTOP) } }
    /// Wakes it (SIGCONT).
    public func resume() { process.withLock { $0.signal(SIGCONT) } }

    /// Removes every trace of it from the disk.
    func removeDirectory() { try? FileManager.default.removeItem(at: directory) }
}

extension RedisServer {
    private static func launch(
        _ options: Options, port: Int, tlsPort: Int?, directory: URL
    ) async throws -> ChildProcess {
        let log = directory.appending(path: "log").path
        let process = try ChildProcess(
            "redis-server", words(options, port: port, tlsPort: tlsPort, directory: directory), output: log)
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline, process.isRunning {
            if answers(port: port) { return process }
            try await Task.sleep(for: .milliseconds(10))
        }
        process.signal(SIGKILL)
        try await process.waitForExit()
        throw Failure.didNotStart(log: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
    }

    private static func words(_ options: Options, port: Int, tlsPort: Int?, directory: URL) -> [String] {
        var words = ["--port", "\(port)", "--bind", "127.0.0.1", "--dir", directory.path, "--save", ""]
        words += ["--appendonly", options.appendOnly ? "yes" : "no", "--appendfsync", "always"]
        // DEBUG and similar commands are what fault tests are made of.
        words += ["--enable-debug-command", "yes"]
        if let password = options.password { words += ["--requirepass", password] }
        for user in options.users { words += ["--user"] + user.split(separator: " ").map(String.init) }
        if let limit = options.maxMemory { words += ["--maxmemory", limit] }
        if let policy = options.policy { words += ["--maxmemory-policy", policy] }
        if let tlsPort {
            let certificate = directory.appending(path: "cert.pem").path
            words += ["--tls-port", "\(tlsPort)", "--tls-auth-clients", "no", "--tls-cert-file", certificate]
            words += ["--tls-ca-cert-file", certificate, "--tls-key-file", directory.appending(path: "key.pem").path]
        }
        return words + options.arguments
    }

    /// Whether the server takes commands: a PONG, or a demand for a password.
    private static func answers(port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = loopback(port: port)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let ping = Array("PING\r\n".utf8)
        guard connected, send(descriptor, ping, ping.count, Int32(MSG_NOSIGNAL)) == ping.count else { return false }
        var reply = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &reply, reply.count, 0)
        guard count > 0 else { return false }
        let text = String(decoding: reply[..<count], as: UTF8.self)
        return text.hasPrefix("+PONG") || text.hasPrefix("-NOAUTH")
    }

    private static func makeCertificate(in directory: URL) async throws {
        let openssl = try ChildProcess(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", directory.appending(path: "key.pem").path, "-out",
                directory.appending(path: "cert.pem").path,
            ])
        let status = try await openssl.waitForExit()
        if status != 0 { throw Failure.didNotStart(log: "openssl ended with \(status)") }
    }
}
