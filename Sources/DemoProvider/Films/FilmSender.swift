import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends a part of a film, as fast as the client takes it or throttled as panels do. Lives on the connection's event loop.
final class FilmSender: BodySender {
    private static let chunk = 128 * 1024
    /// What the operating system may hold of a film: little, so that what a leaving client did not read is little.
    private static let socketBuffer = 128 * 1024

    private let film: Film
    private let stream: String
    private let provider: Provider
    private let channel: any Channel
    private let connection: Int
    private let completed: () -> Void
    private var next: Int64
    private let end: Int64
    private var file: FilmFile?
    private var isReading = false
    private var isStopped = false
    private var sent: Int64 = 0
    private let started = NIODeadline.now()

    /// - Parameter completed: called once, when the last byte was handed to the socket.
    init(
        part: FilmPart, stream: String, provider: Provider, channel: any Channel, connection: Int,
        completed: @escaping () -> Void
    ) {
        film = part.film
        self.stream = stream
        self.provider = provider
        self.channel = channel
        self.connection = connection
        self.completed = completed
        next = part.range.lowerBound
        end = part.range.upperBound
    }

    func start() {
        channel.setOption(.socketOption(.so_sndbuf), value: Self.socketBuffer).cascade(to: nil)
        pump()
    }

    func writabilityChanged() { pump() }
    func stop() { isStopped = true }

    private func pump() {
        guard !isStopped, !isReading, channel.isWritable else { return }
        guard next < end else {
            isStopped = true
            completed()
            return
        }
        let wait = throttleDelay()
        if wait > .zero {
            isReading = true
            channel.eventLoop.assumeIsolated().scheduleTask(in: wait) {
                self.isReading = false
                self.pump()
            }
            return
        }
        readChunk()
    }

    private func readChunk() {
        isReading = true
        let path = film.path
        let open = file
        let place = next
        let count = Int(min(Int64(Self.chunk), end - next))
        provider.files.runIfActive(eventLoop: channel.eventLoop) {
            let file = try open ?? FilmFile(path: path)
            return (file, try file.read(at: place, count: count))
        }.assumeIsolated().whenComplete { result in
            self.isReading = false
            guard !self.isStopped else { return }
            switch result {
            case .success(let (file, bytes)):
                self.file = file
                self.write(bytes)
                self.pump()
            case .failure:
                self.provider.ledger.explain(self.connection, reason: "read_failed")
                self.channel.close(promise: nil)
            }
        }
    }

    private func write(_ bytes: [UInt8]) {
        let range = next..<next + Int64(bytes.count)
        next = range.upperBound
        sent += Int64(bytes.count)
        provider.ledger.sent(connection, bytes: bytes.count)
        let (ledger, stream) = (provider.ledger, stream)
        channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))))
            .whenSuccess { ledger.sentOfFilm(stream, range) }
    }

    /// How long to wait so that what goes beyond 3 % of the film keeps to the throttled rate.
    private func throttleDelay() -> TimeAmount {
        let throttle = provider.settings.throttle
        guard throttle > 0 else { return .zero }
        let beyond = sent - film.size * 3 / 100
        guard beyond > 0 else { return .zero }
        let due = Double(beyond) * 8 / (provider.facts.bitRate(film) * throttle)
        let elapsed = Double((NIODeadline.now() - started).nanoseconds) / 1e9
        return .milliseconds(max(0, Int64((due - elapsed) * 1000)))
    }
}
