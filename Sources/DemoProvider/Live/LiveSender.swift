import NIOCore
import NIOHTTP1

/// Sends a live channel to one viewer at the pace of its clock. Lives on the connection's event loop.
final class LiveSender: BodySender {
    private static let tick = TimeAmount.milliseconds(20)
    /// Bytes per write; a burst takes several.
    private static let chunk = 188 * 700
    /// A viewer further behind than this loses what it has missed, 90 kHz: the memory for a slow one is bounded.
    private static let patience: Int64 = 10 * 90000

    private let live: LiveChannel
    private let provider: Provider
    private let channel: any Channel
    private let connection: Int
    private var feed: LiveFeed?
    private var garbageSeen = 0
    private var isStopped = false

    init(live: LiveChannel, provider: Provider, channel: any Channel, connection: Int) {
        self.live = live
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
        guard !isStopped, let moment = live.moment() else { return }
        if feed == nil { join(moment) }
        while channel.isWritable {
            var bytes: [UInt8] = []
            advance(moment, into: &bytes)
            guard !bytes.isEmpty else { return }
            provider.ledger.sent(connection, bytes: bytes.count)
            channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
        }
    }

    private func join(_ moment: LiveChannel.Moment) {
        let burst = moment.isStalled ? 0 : Int64(provider.settings.burst * 90000)
        feed = LiveFeed(joining: moment.span, at: moment.position, burst: burst)
        garbageSeen = moment.garbage.serial
    }

    private func advance(_ moment: LiveChannel.Moment, into bytes: inout [UInt8]) {
        guard var feed else { return }
        if feed.position < moment.lostUntil { feed.skip(to: moment.lostUntil) }
        if moment.position - feed.position > Self.patience { feed.skip(to: moment.position) }
        if garbageSeen != moment.garbage.serial {
            garbageSeen = moment.garbage.serial
            bytes += moment.garbage.bytes
        }
        bytes.reserveCapacity(Self.chunk)
        feed.write(
            until: moment.position, newest: moment.span, base: moment.base, limit: Self.chunk, into: &bytes)
        self.feed = feed
    }
}
