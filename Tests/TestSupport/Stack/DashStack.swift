import Foundation

/// The whole product for one test: a real Redis, DemoProvider and the four services as processes, on free ports.
public final class DashStack: Sendable {
    public struct Options: Sendable {
        public var gateways = 1
        public var tokenServices = 1
        public var transcoders = 1
        public var segmentStores = 1
        /// Extra variables for every service.
        public var environment: [String: String] = [:]
        /// Extra variables for the TokenService: another provider, other credentials.
        public var tokenEnvironment: [String: String] = [:]
        /// Command line options of the DemoProvider: `["--max-connections", "1"]`.
        public var providerOptions: [String] = []
        /// What the DemoProvider serves; `nil`: the shared demo set.
        public var providerMedia: String?
        /// `false`: no DemoProvider; `tokenEnvironment` says where the provider is.
        public var startsProvider = true
        /// What the gateways have to answer with 200 before the stack counts as started; `/api/health` wants one of each service.
        public var readyPath = "/api/health"
        /// Where services find their Redis servers instead: given a server's port, a port that leads to it (`TCPRelay`).
        public var redisRoute: (@Sendable (_ isMedia: Bool, _ port: Int) async throws -> Int)?

        public init() {}
    }

    public struct NotReady: Error, CustomStringConvertible {
        public let description: String
        public init(description: String) { self.description = description }
    }

    /// Coordination: append-only, never evicts.
    public let redis: RedisServer
    /// Segment bytes: no persistence.
    public let mediaRedis: RedisServer
    public let provider: DemoProviderProcess?
    public let gateways: [ServiceProcess]
    public let tokenServices: [ServiceProcess]
    public let transcoders: [ServiceProcess]
    public let segmentStores: [ServiceProcess]
    /// `http://127.0.0.1:PORT` of each gateway.
    public let urls: [String]
    /// Admin ports (`/metrics`) by service name.
    public let adminPorts: [String: Int]
    public let directory: URL

    public var url: String { urls[0] }
    public var services: [ServiceProcess] { gateways + tokenServices + transcoders + segmentStores }

    /// Runs `body` with a running stack and leaves nothing behind. On failure the end of each log is printed.
    public static func with<Result: Sendable>(
        _ options: Options = Options(), isolation: isolated (any Actor)? = #isolation,
        _ body: (DashStack) async throws -> Result
    ) async throws -> Result {
        let stack = try await start(options)
        do {
            try await stack.waitUntilReady(options.readyPath)
            let result = try await body(stack)
            try await stack.stop()
            return result
        } catch {
            stack.printLogs()
            try? await stack.stop()
            throw error
        }
    }

    private static func start(_ options: Options) async throws -> DashStack {
        var redisOptions = RedisServer.Options()
        redisOptions.appendOnly = true
        redisOptions.policy = "noeviction"
        let redis = try await RedisServer.start(redisOptions)
        var mediaOptions = RedisServer.Options()
        mediaOptions.maxMemory = "512mb"
        mediaOptions.policy = "allkeys-lru"
        let mediaRedis = try await RedisServer.start(mediaOptions)
        let provider =
            options.startsProvider
            ? try await DemoProviderProcess.start(media: options.providerMedia, options: options.providerOptions) : nil
        var options = options
        if let route = options.redisRoute {
            let ports = (try await route(false, redis.port), try await route(true, mediaRedis.port))
            options.environment["REDIS_URL"] = "redis://127.0.0.1:\(ports.0)"
            options.environment["MEDIA_REDIS_URL"] = "redis://127.0.0.1:\(ports.1)"
        }
        return try DashStack(options, redis: redis, mediaRedis: mediaRedis, provider: provider)
    }

    private init(_ options: Options, redis: RedisServer, mediaRedis: RedisServer, provider: DemoProviderProcess?) throws
    {
        self.redis = redis
        self.mediaRedis = mediaRedis
        self.provider = provider
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "dash-stack-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        self.directory = directory
        var ports: [String: Int] = [:]
        var common = [
            "REDIS_URL": redis.url, "MEDIA_REDIS_URL": mediaRedis.url, "DASH_ENV": "production", "ACCESS": "open",
            "LOG_LEVEL": "debug",
            "UPSTREAM_ALLOW_PRIVATE": "127.0.0.0/8,::1/128",
        ]
        common.merge(options.environment) { $1 }
        func launch(_ executable: String, _ name: String, _ extra: [String: String] = [:]) throws -> ServiceProcess {
            let port = freePort()
            ports[name] = port
            var environment = common
            environment["ADMIN_PORT"] = "\(port)"
            environment["INSTANCE_ID"] = name
            environment.merge(extra) { $1 }
            return try ServiceProcess(executable, name: name, environment: environment, logs: directory)
        }
        var token: [String: String] = [:]
        if let provider {
            token = [
                "STARSHARE_BASE_URL": provider.panel, "STARSHARE_USERNAME": "demo", "STARSHARE_PASSWORD": "demo",
            ]
        }
        token.merge(options.tokenEnvironment) { $1 }
        tokenServices = try (0..<options.tokenServices).map { try launch("TokenService", "token-service-\($0)", token) }
        transcoders = try (0..<options.transcoders).map { try launch("Transcoder", "transcoder-\($0)") }
        segmentStores = try (0..<options.segmentStores).map { try launch("SegmentStore", "segment-store-\($0)") }
        let gatewayPorts = (0..<options.gateways).map { _ in freePort() }
        gateways = try gatewayPorts.enumerated().map { index, port in
            try launch("Gateway", "gateway-\(index)", ["PORT": "\(port)"])
        }
        urls = gatewayPorts.map { "http://127.0.0.1:\($0)" }
        adminPorts = ports
    }

    /// Polls the gateways' health until the main job can be done.
    private func waitUntilReady(_ path: String) async throws {
        for url in urls {
            let deadline = ContinuousClock.now + .seconds(90)
            var last = "no answer"
            while true {
                if let answer = try? await SimpleHTTP.send("GET", url + path, seconds: 5) {
                    if answer.status == 200 { break }
                    last = answer.text
                }
                guard ContinuousClock.now < deadline else {
                    throw NotReady(description: "\(url) is not ready: \(last)")
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// The provider that the stack was started with. Throws if it was started without one.
    public func requireProvider() throws -> DemoProviderProcess {
        guard let provider else { throw NotReady(description: "this stack has no provider") }
        return provider
    }

    /// The transcoder that owns a stream now, by what the gateway says.
    public func owner(of stream: String) async throws -> ServiceProcess {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let answer = try await SimpleHTTP.send("GET", url + "/api/stats/streams")
            let report = try JSONDecoder().decode(ControlValue.self, from: Data(answer.body))
            let entry = report["streams"].list.first { $0["stream"].text == stream }
            if let name = entry?["owner"].text, let found = transcoders.first(where: { $0.name == name }) {
                return found
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw NotReady(description: "nobody owns \(stream)")
    }

    public func master(_ channel: Int) -> String { "\(url)/api/hls/live-\(channel)/master.m3u8" }

    public func stop() async throws {
        await withTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { _ = try? await service.stop() } }
        }
        try? await provider?.stop()
        for server in [redis, mediaRedis] {
            try? await server.stop()
            server.removeDirectory()
        }
        try? FileManager.default.removeItem(at: directory)
    }

    private func printLogs() {
        for service in services {
            print("--- \(service.name), end of its log")
            print(service.log.split(separator: "\n").suffix(25).joined(separator: "\n"))
        }
    }
}
