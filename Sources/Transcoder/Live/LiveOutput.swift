import Contracts

/// Takes what an engine makes. Called on the engine's threads, one call at a time; it must return soon.
public protocol LiveOutput: Sendable {
    /// What the channel offers: once, before the first segment.
    func describe(_ info: LiveStreamInfo)
    /// The next segment; sequence numbers have no gap.
    func publish(_ segment: FinishedSegment)
    /// How the source is doing, whenever that changes; the reason tells why it is away.
    func sourceChanged(_ state: LiveSourceState, reason: StreamReason?)
    /// The last call.
    func finished(_ outcome: LiveOutcome)
}

/// A segment in all renditions that were encoded for it.
public struct FinishedSegment: Sendable {
    public let record: LiveSegment
    /// By rendition name; substituted parts are not here.
    public let bytes: [String: [UInt8]]

    public init(record: LiveSegment, bytes: [String: [UInt8]]) {
        self.record = record
        self.bytes = bytes
    }
}

public enum LiveSourceState: String, Sendable {
    /// The first connection is being made.
    case opening
    /// Pictures come.
    case running
    /// Connected, but no picture comes: the last one is held.
    case holding
    /// The connection is gone and is being made again; the last picture is held.
    case reconnecting
}

public enum LiveOutcome: Sendable, Equatable {
    /// `stop()` was called; or the media of a file has ended.
    case stopped
    /// The source was away too long: the playlist ends (ENDLIST).
    case gaveUp(StreamReason)
    /// It never gave a picture.
    case failed(StreamReason)
}
