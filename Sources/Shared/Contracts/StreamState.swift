/// Where a stream is in its life (DESIGN §4, flow 2).
///
/// `claimed → waitingSlot → opening → ready → idle | ended | failed`.
public enum StreamState: String, Sendable, Codable {
    /// A worker took it and has not opened the source yet.
    case claimed
    /// Wanted, but every connection of the provider's account is in use.
    case waitingSlot = "waiting_slot"
    /// The source is being opened; there is no segment yet.
    case opening
    /// Segments are being recorded.
    case ready
    /// Nobody watches; nothing runs.
    case idle
    /// The source was away for longer than `SOURCE_GIVE_UP`; the playlist carries ENDLIST.
    case ended
    /// It never gave a picture; the reason says why.
    case failed
}

/// Why a stream does not play, in words for a person and a stable code (API.md).
public struct StreamReason: Contract, Equatable {
    /// Of a channel in whose place the provider sends a notice: "connected elsewhere", "not on air".
    public static let slateCode = "provider_slate"

    /// Stable snake_case: `channel_offline`, `provider_refused`, `provider_limit`, `provider_slate`, `not_media`, `poison` …
    public let code: String
    /// One sentence. Never holds a URL, host or credential of the provider.
    public let message: String

    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
