import Contracts
import Media

/// Judges the source: when to open it again, when to fail, and with which reason. Pure.
struct SourceHealth: Sendable {
    private let settings: LiveEngineSettings
    private let began: Int64
    private var lastError: LiveSourceError?
    private var connectedAt: Int64?
    private var failures = 0
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

    mutating func lost(_ error: LiveSourceError) {
        connectedAt = nil
        lastError = error
        failures += 1
    }

    /// Whether to break the connection off, so that a new one is made: no byte for long, or bytes but no picture.
    /// - Parameters:
    ///   - readWaited: nanoseconds that the read under way has lasted.
    ///   - quiet: nanoseconds since the last picture.
    mutating func shouldReconnect(at now: Int64, readWaited: Int64, quiet: Int64) -> Bool {
        let stall = settings.stallAfter.nanoseconds
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
