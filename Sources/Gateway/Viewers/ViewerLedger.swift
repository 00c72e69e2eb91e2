import Contracts
import Executors
import FoundationEssentials
import Logging
import ServiceLifecycle
import Synchronization

/// What each account plays and uses at this gateway; handed in every two seconds, and what the fleet says is taken over.
///
/// Safe from any thread, only memory: a viewer's request costs no Redis call. Bounded by accounts and `maximumEntries`.
final class ViewerLedger: Service, Sendable {
    private struct Pending {
        var viewer: Viewer
        var sessions: Set<String> = []
        var bytes: Int64 = 0
    }

    private struct Track: Hashable {
        let session: String
        /// `video`, or an audio track's name: a player fetches one of each.
        let kind: String
    }

    private struct FilmPlace: Hashable {
        let film: StreamID
        let address: String
    }

    private struct FilmPlay {
        let viewer: String
        let session: String
    }

    private struct State {
        var pending: [String: Pending] = [:]
        /// Bytes of the month, by name, as the fleet last said.
        var used: [String: (month: String, bytes: Int64)] = [:]
        var excess: [String: ContinuousClock.Instant] = [:]
        var listed: [Track: Int64] = [:]
        var films: [FilmPlace: FilmPlay] = [:]
    }

    private static let interval = Duration.seconds(2)
    /// How long a session above the limit is refused before it may try again.
    private static let excessFor = Duration.seconds(10)
    /// Segments that a player fetches of the first playlist it gets.
    private static let headStart = 3
    private static let maximumEntries = 50_000
    /// How long a viewer who begins waits for Redis.
    private static let patience = Duration.seconds(1)
    /// Reports on their way to Redis at once.
    private static let width = 32

    private let store: ViewerStore
    private let logger: Logger
    private let state = Mutex(State())

    init(store: ViewerStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval, clock: .loop)
                await self.flush()
            }
        }
        // A task of its own, so that the farewell is not cancelled with us.
        await TaskPool.task { await self.flush() }.value
    }

    // MARK: Asking

    func isExcess(_ session: String) -> Bool { state.withLock { $0.excess[session].map { $0 > .now } ?? false } }

    /// Bytes of this month, as far as this gateway knows.
    func used(_ viewer: Viewer) -> Int64 {
        let month = Self.month()
        return state.withLock { state in
            let told = state.used[viewer.name].map { $0.month == month ? $0.bytes : 0 } ?? 0
            return told + (state.pending[viewer.name]?.bytes ?? 0)
        }
    }

    // MARK: Noting

    /// The session plays now.
    func playing(_ viewer: Viewer, _ session: String) {
        state.withLock { Self.add(viewer, &$0, session: session, bytes: 0) }
    }

    /// Bytes of a response that is this viewer's own.
    func served(_ viewer: Viewer, _ session: String?, bytes: Int) {
        state.withLock { Self.add(viewer, &$0, session: session, bytes: Int64(bytes)) }
    }

    /// A live playlist was given to a session: what it lists and has not listed to it before counts as used.
    /// - Parameter segments: sequence number and bytes, oldest first.
    func listed(_ viewer: Viewer, _ session: String, kind: String, _ segments: [(sequence: Int64, bytes: Int)]) {
        guard let last = segments.last?.sequence else { return }
        let track = Track(session: session, kind: kind)
        state.withLock { state in
            let known = state.listed[track]
            // After a restart of the channel the numbers jump, which is a beginning too.
            let isNew = known.map { $0 < (segments.first?.sequence ?? 0) - 1 } ?? true
            let fresh = isNew ? segments.suffix(Self.headStart) : segments.filter { $0.sequence > known ?? 0 }[...]
            if state.listed.count > Self.maximumEntries { state.listed = [:] }
            state.listed[track] = max(known ?? 0, last)
            Self.add(viewer, &state, session: session, bytes: fresh.reduce(0) { $0 + Int64($1.bytes) })
        }
    }

    /// A session begins a film: segments that this address then fetches of it are its own.
    func film(_ film: StreamID, at address: String, _ viewer: Viewer, _ session: String) {
        state.withLock { state in
            if state.films.count > Self.maximumEntries { state.films = [:] }
            state.films[FilmPlace(film: film, address: address)] = FilmPlay(viewer: viewer.name, session: session)
        }
    }

    /// Who plays `film` at an address.
    func player(of film: StreamID, at address: String) -> (viewer: String, session: String)? {
        state.withLock { $0.films[FilmPlace(film: film, address: address)] }.map { ($0.viewer, $0.session) }
    }

    private static func add(_ viewer: Viewer, _ state: inout State, session: String?, bytes: Int64) {
        var pending = state.pending[viewer.name] ?? Pending(viewer: viewer)
        pending.viewer = viewer
        if let session, pending.sessions.count < 200 { pending.sessions.insert(session) }
        pending.bytes += bytes
        state.pending[viewer.name] = pending
    }

    // MARK: Handing in

    /// Asks the fleet at once whether a session may begin. Throws 429 if the account plays as many as it may.
    ///
    /// While Redis is away it may: viewers with rights go on.
    func begin(_ viewer: Viewer, _ session: String) async throws {
        do {
            let report = try await submit(Pending(viewer: viewer, sessions: [session]), timeout: Self.patience)
            if report.excess.contains(session) { throw APIError.streamLimit(viewer.streams) }
        } catch let error as APIError {
            throw error
        } catch {
            logger.debug("viewer not reported", metadata: ["error": "\(error)"])
        }
    }

    func flush() async {
        let taken = state.withLock { state in
            defer { state.pending = [:] }
            state.excess = state.excess.filter { $0.value > .now }
            return Array(state.pending.values)
        }
        for start in stride(from: 0, to: taken.count, by: Self.width) {
            await withTaskGroup(of: Void.self) { group in
                for pending in taken[start..<min(start + Self.width, taken.count)] {
                    group.addTask { await self.handIn(pending) }
                }
            }
        }
    }

    private func handIn(_ pending: Pending) async {
        do { _ = try await submit(pending) } catch {
            logger.debug("viewer not reported", metadata: ["error": "\(error)"])
            state.withLock { Self.add(pending.viewer, &$0, session: nil, bytes: pending.bytes) }
        }
    }

    private func submit(_ pending: Pending, timeout: Duration? = nil) async throws -> ViewerStore.Report {
        let day = UsageDay(milliseconds: WallClock.now())
        let report = try await store.report(
            pending.viewer, sessions: Array(pending.sessions), bytes: pending.bytes, month: day.month,
            forgetting: Self.month(before: day), timeout: timeout)
        state.withLock { state in
            state.used[pending.viewer.name] = (day.month, report.monthBytes)
            for session in report.excess { state.excess[session] = .now + Self.excessFor }
        }
        return report
    }

    private static func month() -> String { UsageDay(milliseconds: WallClock.now()).month }

    /// Two months before: this one's and the last one's figures stay.
    private static func month(before day: UsageDay) -> String {
        UsageDay(milliseconds: (day.number - day.dayOfMonth - 40) * 86_400_000).month
    }
}

/// The wall clock.
enum WallClock {
    /// Unix ms.
    static func now() -> Int64 { Int64(Date.now.timeIntervalSince1970 * 1000) }
}
