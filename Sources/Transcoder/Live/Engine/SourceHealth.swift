import Contracts
import Media

/// Judges the source: when to open it again, when to fail, and with which reason. Pure.
struct SourceHealth: Sendable {
    private let settings: LiveEngineSettings
    private let began: Int64
    private var lastError: LiveSourceError?
    private var connectedAt: Int64?
    private var failures = 0
    /// The channel itself has been seen, and not only a slate in its place.
    private var wasChannel = false
    private var lastReconnect: Int64 = .min / 2

    init(settings: LiveEngineSettings, now: Int64) {
        self.settings = settings
        began = now
    }

    var isConnected: Bool { connectedAt != nil }

    /// Why the source is away, if it is known.
    var lastReason: StreamReason? { lastError?.reason }

    var reason: StreamReason {
        lastError?.reason ?? StreamReason(code: "no_picture", message: "The channel sends no picture.")
    }

    mutating func connected(at now: Int64) {
        connectedAt = now
        failures = 0
    }

    mutating func lost(_ error: LiveSourceError, at now: Int64) {
        let least = error.isSlate ? Self.longestSlate : Self.leastChannel
        if let connectedAt, now - connectedAt >= least { wasChannel = true }
        connectedAt = nil
        lastError = error
        failures += 1
    }

    /// Whether to break the connection off, so that a new one is made: no byte for long, or bytes but no picture.
    /// - Parameters:
    ///   - readWaited: nanoseconds that the read under way has lasted.
    ///   - quiet: nanoseconds since the last picture.
    ///   - longestPause: nanoseconds that this source may be silent by its nature.
    mutating func shouldReconnect(at now: Int64, readWaited: Int64, quiet: Int64, longestPause: Int64 = 0) -> Bool {
        let stall = max(settings.stallAfter.nanoseconds, longestPause)
        guard let connectedAt, now - lastReconnect >= stall else { return false }
        let isStalled = readWaited >= stall
        let isUseless = quiet >= 2 * stall && now - connectedAt >= 2 * stall
        guard isStalled || isUseless else { return false }
        lastReconnect = now
        if isStalled {
            lastError = LiveSourceError(code: "source_stalled", message: "The channel stopped sending.")
        }
        return true
    }

    /// A connection that lasted so long, and did not prove to be a slate, was the channel; nanoseconds.
    private static let leastChannel: Int64 = 30_000_000_000
    /// A slate is known as one within this.
    private static let longestSlate: Int64 = 120_000_000_000

    /// A channel of which nothing but a slate has been seen fails. One that has run is tried again until `giveUpAfter`.
    var slateFailure: LiveOutcome? {
        guard !wasChannel, let lastError, lastError.isSlate else { return nil }
        return .failed(lastError.reason)
    }

    /// A channel that never gave a picture fails when its source says that trying again is useless.
    func finalFailure(hasPicture: Bool) -> LiveOutcome? {
        guard !hasPicture, let lastError, lastError.isFinal else { return nil }
        return .failed(lastError.reason)
    }

    /// The end for media that is not in real time, where no clock says when to give up.
    func fileFailure(hasPicture: Bool) -> LiveOutcome? {
        guard lastError != nil, !isConnected, failures >= Self.fileAttempts || !hasPicture else { return nil }
        return hasPicture ? .gaveUp(reason) : .failed(reason)
    }

    private static let fileAttempts = 5

    /// The same when too much time has passed.
    func failure(at now: Int64, hasVideo: Bool, streams: [StreamDescription]) -> StreamReason? {
        guard now - began >= settings.firstPictureWithin.nanoseconds else { return nil }
        if isConnected, !hasVideo, streams.contains(where: { $0.kind == .audio }) {
            return StreamReason(code: "no_video", message: "The channel has sound only, which cannot be shown.")
        }
        return reason
    }
}

extension LiveSourceError {
    fileprivate var isSlate: Bool { reason.code == StreamReason.slateCode }
}
