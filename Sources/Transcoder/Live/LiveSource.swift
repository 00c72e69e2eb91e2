import Contracts
import Media

/// Opens the channel, as often as the engine asks for it.
public protocol LiveSource: Sendable {
    /// Opens the channel and returns its MPEG-TS bytes. `attempt` counts from 0 and never back.
    ///
    /// Called on the engine's source thread only; it may block. The byte source before it has been released by then:
    /// close before open. The byte source is read on the same thread, and is released there.
    func open(attempt: Int) throws(LiveSourceError) -> any ByteSource

    /// Makes an `open` or a read that is under way throw soon. The next `open` works again. From any thread.
    func interrupt()

    /// The same for good: from now on `open` and reads throw at once. From any thread.
    func cancel()
}

/// Why a channel could not be opened or broke off.
public struct LiveSourceError: Error, Sendable, Equatable {
    /// Stable code and a sentence for a person, without any URL, host or credential.
    public let reason: StreamReason
    /// Trying again within seconds cannot help: a channel without a picture yet fails at once. One that runs is still
    /// tried again until `giveUpAfter`.
    public let isFinal: Bool
    /// What the source asked to wait before the next attempt.
    public let retryAfter: Duration?

    public init(_ reason: StreamReason, isFinal: Bool = false, retryAfter: Duration? = nil) {
        self.reason = reason
        self.isFinal = isFinal
        self.retryAfter = retryAfter
    }

    public init(code: String, message: String, isFinal: Bool = false, retryAfter: Duration? = nil) {
        self.init(StreamReason(code: code, message: message), isFinal: isFinal, retryAfter: retryAfter)
    }
}
