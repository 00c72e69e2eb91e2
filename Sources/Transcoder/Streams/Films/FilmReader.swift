import Contracts
import Dispatch
import Live
import Logging
import Metrics
import Synchronization
import Upstream

/// The one reader of a film: whoever needs bytes of it asks here, and at most one provider connection fetches them.
///
/// Blocks of 256 KiB are fetched by bounded range requests (MEDIA.md §6), kept in `BlockCache`, and never fetched twice while
/// they are kept. The connection is reserved before it is opened, and closed and given back after `linger` without need.
///
/// Threads: `size`, `read` and `block` block and may be called on any thread that may; the connection lives on a thread of its own.
final class FilmReader: Sendable {
    /// What is known of the file since the first response.
    struct Source: Sendable, Equatable {
        let size: Int64
        /// Tells versions of the file apart: ETag or Last-Modified, and the size.
        let identity: String
        var blockCount: Int { Int((size + Int64(FilmReader.blockBytes) - 1) / Int64(FilmReader.blockBytes)) }
    }

    static let blockBytes = FilmPiece.sourceBlock
    /// 2.6 TB: a source that claims to be larger lies.
    static let mostBytes = 10_000_000 * Int64(blockBytes)
    /// Blocks kept in memory, for the many small reads of a demuxer.
    private static let recentBlocks = 24

    private struct Waiter {
        let id: Int
        let block: Int
        let isUrgent: Bool
        let done: DispatchSemaphore
    }

    private struct State {
        var source: Source?
        var waiters: [Waiter] = []
        var nextWaiter = 0
        var recent: [Int: [UInt8]] = [:]
        var recentOrder: [Int] = []
        /// Why the last round failed, for those who waited then: by waiter.
        var failures: [Int: FilmSourceError] = [:]
        var lastFailure: FilmSourceError?
        var failuresInARow = 0
        var isStopped = false
        var yields = false
        var isSuspended = false
        /// Who waits for the connection to be closed.
        var partings: [DispatchSemaphore] = []
    }

    let film: StreamID
    private let cache: BlockCache
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let fetcher: FilmFetcher
    /// How long a block is waited for.
    private let patience: Duration
    private let thread = Mutex<EngineThread?>(nil)

    /// - Parameter limit: how long one range is tried for.
    init(
        film: StreamID, origin: any FilmOrigin, policy: UpstreamPolicy, cache: BlockCache, logger: Logger,
        limit: Duration = FilmFetcher.patience
    ) {
        self.film = film
        self.cache = cache
        // A range, and most of the one that was under way before it.
        patience = limit * 5 / 2
        fetcher = FilmFetcher(origin: origin, policy: policy, logger: logger, limit: limit)
    }

    /// Starts the reader's thread. - Returns: `false` if the system has no more threads.
    func start() -> Bool {
        let started = EngineThread(name: "film-reader") { [self] in run() }
        thread.withLock { $0 = started }
        return started != nil
    }

    /// Ends every wait with `stopped`, closes the connection, gives it back, and returns when that is done. Blocks.
    func stop() {
        abandon()
        thread.withLock { $0 }?.join()
    }

    /// Others wait for a connection: close as soon as nobody waits here.
    func yieldConnection(_ yields: Bool) { state.withLock { $0.yields = yields } }

    /// Nobody needs more of the film for now: closes the connection and gives it back, unless somebody waits for bytes. Blocks
    /// until that is done.
    func letGo() {
        let done = DispatchSemaphore(value: 0)
        let isStopped = state.withLock { state in
            if !state.isStopped { state.partings.append(done) }
            return state.isStopped
        }
        guard !isStopped else { return }
        work.signal()
        done.wait()
    }

    /// The lease may be over: the connection is closed and nothing is fetched until it is renewed.
    func suspend(_ isSuspended: Bool) {
        let changed = state.withLock { state in
            defer { state.isSuspended = isSuspended }
            return state.isSuspended != isSuspended
        }
        if changed { work.signal() }
    }

    /// Ends every wait, now and later, without waiting for the reader's thread. Any thread.
    func abandon() {
        state.withLock { state in
            state.isStopped = true
            for waiter in state.waiters { waiter.done.signal() }
        }
        fetcher.cancel()
        work.signal()
    }

    var failure: (error: FilmSourceError, inARow: Int)? {
        state.withLock { state in state.lastFailure.map { ($0, state.failuresInARow) } }
    }

    /// What the film is; asks for its first block if that is not known.
    func source(within patience: Duration? = nil) throws(FilmSourceError) -> Source {
        if let source = state.withLock({ $0.source }) { return source }
        _ = try block(0, within: patience)
        guard let source = state.withLock({ $0.source }) else { throw .slow }
        return source
    }

    /// Copies bytes from `offset` on, at most to the end of their block.
    /// - Returns: how many; 0 at the end of the film.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(FilmSourceError) -> Int {
        let size = try source().size
        guard offset >= 0, offset < size, !buffer.isEmpty else { return 0 }
        let index = Int(offset / Int64(Self.blockBytes))
        let bytes = try block(index)
        let start = Int(offset - Int64(index) * Int64(Self.blockBytes))
        guard start < bytes.count else { throw .changed }
        let count = min(buffer.count, bytes.count - start)
        bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
        return count
    }

    /// One block of the file; the last one is shorter.
    /// - Parameter isUrgent: before those who only read ahead.
    func block(
        _ index: Int, isUrgent: Bool = true, within patience: Duration? = nil
    ) throws(FilmSourceError) -> [UInt8] {
        if let bytes = kept(index) { return bytes }
        if let source = state.withLock({ $0.source }), !(0..<source.blockCount).contains(index) { throw .badRange }
        let deadline = DispatchTime.now() + .milliseconds(Int((patience ?? self.patience).milliseconds))
        let waiter = try enqueue(index, isUrgent)
        defer { state.withLock { $0.waiters.removeAll { $0.id == waiter.id } } }
        work.signal()
        while true {
            let isInTime = waiter.done.wait(timeout: deadline) == .success
            if let bytes = kept(index) { return bytes }
            let (failure, isStopped) = state.withLock { ($0.failures.removeValue(forKey: waiter.id), $0.isStopped) }
            if isStopped { throw .stopped }
            if let failure { throw failure }
            guard isInTime else { throw .slow }
        }
    }

    private func enqueue(_ index: Int, _ isUrgent: Bool) throws(FilmSourceError) -> Waiter {
        let waiter: Waiter? = state.withLock { state in
            guard !state.isStopped else { return nil }
            state.nextWaiter += 1
            let waiter = Waiter(
                id: state.nextWaiter, block: index, isUrgent: isUrgent, done: DispatchSemaphore(value: 0))
            state.waiters.append(waiter)
            return waiter
        }
        guard let waiter else { throw .stopped }
        return waiter
    }

    /// From memory or from disk.
    private func kept(_ index: Int) -> [UInt8]? {
        let (bytes, source) = state.withLock { ($0.recent[index], $0.source) }
        if let bytes { return bytes }
        guard let source, let bytes = cache.block(name(index, source)) else { return nil }
        remember(index, bytes)
        return bytes
    }

    private func remember(_ index: Int, _ bytes: [UInt8]) {
        state.withLock { state in
            if state.recent.updateValue(bytes, forKey: index) == nil { state.recentOrder.append(index) }
            if state.recentOrder.count > Self.recentBlocks {
                state.recent[state.recentOrder.removeFirst()] = nil
            }
        }
    }

    private func name(_ index: Int, _ source: Source) -> BlockCache.Name {
        BlockCache.Name(film: "\(film)", source: source.identity, block: index)
    }

    // MARK: The reader's thread

    private func run() {
        while !state.withLock({ $0.isStopped }) {
            let (wanted, source, yields, isSuspended, partings) = state.withLock { state in
                defer { state.partings = [] }
                let waiting = state.waiters.filter { state.recent[$0.block] == nil && state.failures[$0.id] == nil }
                return (
                    waiting.filter(\.isUrgent).map(\.block) + waiting.filter { !$0.isUrgent }.map(\.block),
                    state.source, state.yields || !state.partings.isEmpty, state.isSuspended, state.partings
                )
            }
            if isSuspended || wanted.isEmpty && yields { fetcher.close() }
            for parting in partings { parting.signal() }
            if isSuspended {
                work.wait()
                continue
            }
            let isCached: (Int) -> Bool = { [cache] index in
                source.map { cache.contains(self.name(index, $0)) } ?? false
            }
            do throws(FilmSourceError) {
                guard let block = try fetcher.next(wanted: wanted, source: source, isCached: isCached) else {
                    rest()
                    continue
                }
                accept(block)
            } catch {
                fail(error)
            }
        }
        fetcher.close()
        for parting in state.withLock({ $0.partings }) { parting.signal() }
    }

    /// Nothing to fetch: the connection lingers for a moment, then it is another's.
    private func rest() {
        if fetcher.isOpen {
            if work.wait(timeout: .now() + FilmFetcher.linger) == .timedOut { fetcher.close() }
        } else {
            work.wait()
        }
    }

    private func accept(_ block: FilmFetcher.Block) {
        remember(block.index, block.bytes)
        state.withLock { state in
            state.source = block.source
            state.lastFailure = nil
            state.failuresInARow = 0
            for waiter in state.waiters where waiter.block == block.index { waiter.done.signal() }
        }
        cache.store(block.bytes, as: name(block.index, block.source))
    }

    private func fail(_ error: FilmSourceError) {
        fetcher.close()
        state.withLock { state in
            state.lastFailure = error
            state.failuresInARow += 1
            for waiter in state.waiters {
                state.failures[waiter.id] = error
                waiter.done.signal()
            }
        }
    }
}
