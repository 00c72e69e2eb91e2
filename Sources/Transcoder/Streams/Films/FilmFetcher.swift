import Contracts
import Dispatch
import Logging
import Metrics
import Upstream

/// The provider connection of a film's reader: ranges, attempts, and the reservation that goes with it.
///
/// Lives on the reader's thread; only `cancel` may be called elsewhere.
final class FilmFetcher: @unchecked Sendable {
    // Proof of `@unchecked Sendable`: every stored `var` is touched on the reader's thread only; `cancel` touches `let`s that
    // are Sendable.

    struct Block: Sendable {
        let index: Int
        let bytes: [UInt8]
        let source: FilmReader.Source
    }

    /// An open connection without need is kept this long: the next range usually comes at once.
    static let linger = DispatchTimeInterval.milliseconds(1_500)
    /// Attempts for one range, each with a new connection; all but the first with a new address.
    private static let attempts = 3
    /// For all of them. A viewer's request is held for ten seconds (`FILM_START_TIMEOUT`); by then the reason has to be known.
    static let patience = Duration.seconds(8)

    private let limit: Duration
    private let origin: any FilmOrigin
    private let policy: UpstreamPolicy
    private let logger: Logger
    private let cancellation = UpstreamCancellation()
    private var stream: UpstreamStream?
    private var isReserved = false
    private var address: UpstreamURL?
    private var window: FetchDecision.Window?
    private var last: FetchDecision.Window?
    /// Blocks per second, of late.
    private var rate = 0.0
    private var source: FilmReader.Source?
    private let requests = Counter(label: "film_range_requests_total")
    private let received = Counter(label: "film_bytes_received_total")

    /// - Parameter limit: for all attempts at one range.
    init(origin: any FilmOrigin, policy: UpstreamPolicy, logger: Logger, limit: Duration = FilmFetcher.patience) {
        self.limit = limit
        self.origin = origin
        self.policy = policy
        self.logger = logger
    }

    var isOpen: Bool { stream != nil || isReserved }

    /// Ends what the reader's thread waits for. Any thread.
    func cancel() {
        cancellation.cancel()
        origin.cancel()
    }

    /// Closes the connection, then gives its reservation back (close before open, PROVIDER.md).
    func close() {
        stream?.close()
        stream = nil
        window = nil
        if isReserved { origin.free() }
        isReserved = false
    }

    /// The next block that makes sense to fetch; `nil`: there is none.
    /// - Throws: after `attempts`, or at once what cannot be cured by trying again.
    func next(
        wanted: [Int], source known: FilmReader.Source?, isCached: (Int) -> Bool
    ) throws(FilmSourceError) -> Block? {
        source = known
        let decision = FetchDecision(
            wanted: wanted, window: window, last: last, blockCount: known?.blockCount, rate: rate, isCached: isCached)
        switch decision {
        case .rest: return nil
        case .readOn:
            // A range may run into what is cached by now; it is read on all the same: it is under way.
            guard let next = window?.next else { return nil }
            do throws(FilmSourceError) {
                return try readBlock()
            } catch {
                guard !error.isFinal, !cancellation.isCancelled else { throw error }
                close()
                return wanted.contains(next) ? try fetch(next, count: 1) : nil
            }
        case .open(let first, let count): return try fetch(first, count: count)
        }
    }

    private func fetch(_ first: Int, count: Int) throws(FilmSourceError) -> Block {
        let deadline = ContinuousClock.now + limit
        var failure = FilmSourceError.slow
        for attempt in 0..<Self.attempts where .now < deadline {
            do throws(FilmSourceError) {
                try open(first, count: count, renewing: attempt > 0, deadline)
                return try readBlock()
            } catch {
                failure = error
                logger.debug("Film range not read", metadata: ["reason": "\(error.reason.code)"])
                // A stored address may be stale and answer anything: that a film is gone is believed to its successor.
                let mayBeStale = attempt == 0 && error.reason.code == FilmSourceError.gone.reason.code
                address = nil
                close()
                guard !cancellation.isCancelled, !error.isFinal || mayBeStale else { throw error }
                pause(attempt, error.retryAfter, deadline)
            }
        }
        throw failure
    }

    private func open(
        _ first: Int, count: Int, renewing: Bool, _ deadline: ContinuousClock.Instant
    ) throws(FilmSourceError) {
        try origin.reserve(until: deadline)
        isReserved = true
        let stream = stream ?? UpstreamStream(policy: policy, options: Self.options(limit), cancellation: cancellation)
        self.stream = stream
        let target: UpstreamURL
        if let address { target = address } else { target = try origin.address(renewing: renewing, until: deadline) }
        let block = Int64(FilmReader.blockBytes)
        let start = Int64(first) * block
        var lastByte = Int64(first + count) * block - 1
        if let size = source?.size { lastByte = min(lastByte, size - 1) }
        requests.increment()
        let head: UpstreamHead
        do throws(UpstreamError) {
            head = try stream.open(target, range: UpstreamRange(first: start, last: lastByte))
        } catch {
            throw FilmSourceError.of(error)
        }
        if let failure = FilmSourceError.of(head, first: start, size: source?.size) { throw failure }
        let found = Self.source(head)
        if let source, source != found { throw .changed }
        source = found
        address = head.url
        window = FetchDecision.Window(next: first, end: min(first + count, found.blockCount), count: count)
    }

    private func readBlock() throws(FilmSourceError) -> Block {
        guard var window, let stream, let source else { throw .slow }
        let start = Int64(window.next) * Int64(FilmReader.blockBytes)
        let length = Int(min(Int64(FilmReader.blockBytes), source.size - start))
        let begin = ContinuousClock.now
        var failure: UpstreamError?
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, filled in
            do throws(UpstreamError) {
                while filled < length {
                    let rest = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
                    let count = try stream.read(into: rest)
                    guard count > 0 else { break }
                    filled += count
                }
            } catch {
                failure = error
            }
        }
        received.increment(by: Int64(bytes.count))
        if let failure { throw FilmSourceError.of(failure) }
        guard bytes.count == length else {
            throw .closed
        }
        let seconds = max(0.000_1, (ContinuousClock.now - begin).seconds)
        rate = rate == 0 ? 1 / seconds : 0.7 * rate + 0.3 / seconds
        let block = Block(index: window.next, bytes: bytes, source: source)
        window.next += 1
        self.window = window.next < window.end ? window : nil
        if self.window == nil { last = window }
        return block
    }

    private func pause(_ attempt: Int, _ asked: Duration?, _ deadline: ContinuousClock.Instant) {
        let wish = max(.milliseconds(300 * (attempt + 1)), min(asked ?? .zero, .seconds(5)))
        let end = min(ContinuousClock.now + wish, deadline)
        let idle = UpstreamStream(policy: policy, options: Self.options(limit), cancellation: cancellation)
        try? idle.pause(until: end)
    }

    private static func options(_ limit: Duration) -> UpstreamStream.Options {
        var options = UpstreamStream.Options()
        options.stallTimeout = limit
        options.openTimeout = limit
        return options
    }

    private static func source(_ head: UpstreamHead) -> FilmReader.Source {
        let size = head.contentRange?.total ?? head.contentLength ?? 0
        // FNV-1a: short, and only has to tell versions of one file apart.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in (head.etag ?? head.lastModified ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return FilmReader.Source(size: size, identity: "\(size)-\(String(hash, radix: 16))")
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
