/// What one number of viewers led to.
struct AudienceRound: Sendable {
    let viewers: Int
    let load: LoadFigures
    /// While it was measured.
    let calls: RedisCalls
    /// Bytes of the gateway.
    let memory: Int
    /// In use: by the gateway, by this process with all viewers and the publishing, by the two Redis.
    let gatewayCores: Double
    let clientCores: Double
    let redisCores: Double
    let mediaCores: Double
    /// Core-seconds of the whole machine.
    let machine: MachineLoad

    init(_ viewers: Int, _ load: LoadFigures, _ watch: AudienceWatch) async {
        self.viewers = viewers
        self.load = load
        calls = await watch.calls
        memory = await watch.memory
        machine = await watch.machine
        gatewayCores = await watch.gatewaySeconds / load.seconds
        clientCores = await watch.clientSeconds / load.seconds
        redisCores = await watch.redisSeconds / load.seconds
        mediaCores = await watch.mediaSeconds / load.seconds
    }

    /// Redis commands a second.
    var callRate: Double { Double(calls.total) / load.seconds }
    var scriptRate: Double { Double(calls.scripts) / load.seconds }
}
