import TestSupport

/// What is read at the beginning and the end of the measured time of one round.
actor AudienceWatch {
    private let bench: GatewayStack
    private var before: (calls: RedisCalls, gateway: Double, client: CPUTime)?
    private(set) var calls = RedisCalls.none
    private(set) var memory = 0
    private(set) var machine = MachineLoad.now()
    private(set) var gatewaySeconds = 0.0
    private(set) var clientSeconds = 0.0
    private(set) var redisSeconds = 0.0
    private(set) var mediaSeconds = 0.0

    init(_ bench: GatewayStack) { self.bench = bench }

    func begin() async throws {
        before = (try await count(), ServiceCPU.used(bench.gateway.pid), .ofProcess())
        machine = .now()
        (redisSeconds, mediaSeconds) = (
            -ServiceCPU.used(bench.stack.redis.pid), -ServiceCPU.used(bench.stack.mediaRedis.pid)
        )
    }

    func end() async throws {
        guard let before else { return }
        gatewaySeconds = ServiceCPU.used(bench.gateway.pid) - before.gateway
        machine = .now() - machine
        redisSeconds += ServiceCPU.used(bench.stack.redis.pid)
        mediaSeconds += ServiceCPU.used(bench.stack.mediaRedis.pid)
        clientSeconds = (CPUTime.ofProcess() - before.client).seconds
        memory = ProcessMemory.resident(bench.gateway.pid)
        calls = try await count() - before.calls
    }

    private func count() async throws -> RedisCalls { try await RedisCalls.now([bench.redis, bench.media]) }
}
