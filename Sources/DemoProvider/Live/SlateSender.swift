import NIOCore
import NIOHTTP1

/// Sends a notice in a channel's place, as panels do: one short file from its beginning, round and round in real time, whose times
/// begin again with each round. Lives on the connection's event loop.
final class SlateSender: BodySender {
    private static let tick = TimeAmount.milliseconds(20)
    /// Bytes per write.
    private static let chunk = 188 * 700
    /// What the first PCR of each round becomes, 90 kHz: a second, as in files.
    private static let base: Int64 = 90000

    private let slate: LiveChannel
    private let provider: Provider
    private let channel: any Channel
    private let connection: Int
    private var began: NIODeadline?
    private var round: Int64 = 0
    private var index = 0
    private var isStopped = false

    init(slate: LiveChannel, provider: Provider, channel: any Channel, connection: Int) {
        self.slate = slate
        self.provider = provider
        self.channel = channel
        self.connection = connection
    }

    func start() { beat() }
    func writabilityChanged() { pump() }
    func stop() { isStopped = true }

    private func beat() {
        guard !isStopped else { return }
        pump()
        channel.eventLoop.assumeIsolated().scheduleTask(in: Self.tick) { self.beat() }
    }

    private func pump() {
        guard !isStopped, let plan = slate.moment()?.span.plan else { return }
        let start = began ?? .now()
        began = start
        let position = (NIODeadline.now() - start).nanoseconds / 1000 * 9 / 100 + Int64(provider.settings.burst * 90000)
        while channel.isWritable {
            let bytes = due(plan, until: position)
            guard !bytes.isEmpty else { return }
            provider.ledger.sent(connection, bytes: bytes.count)
            channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
        }
    }

    private func due(_ plan: LoopPlan, until position: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < Self.chunk {
            if index == plan.packets.count { (index, round) = (0, round + 1) }
            let packet = plan.packets[index]
            guard round * plan.length + Int64(packet.time) <= position else { break }
            plan.append(index, base: Self.base, continuity: packet.continuity, to: &bytes)
            index += 1
        }
        return bytes
    }
}
