import Contracts

/// An account as the operator sees it.
struct ViewerAnswer: Encodable, Sendable {
    let name: String
    /// ISO 8601.
    let createdAt: String
    let expiresAt: String?
    let streams: Int
    let monthlyBytes: Int64?
    let kinds: [Viewer.Kind]
    /// This month's, over all gateways.
    let usedBytes: Int64
    /// Sessions now.
    let playing: Int

    init(_ viewer: Viewer, _ use: ViewerStore.Use?) {
        name = viewer.name
        createdAt = ProgramDate.text(viewer.createdAt)
        expiresAt = viewer.expiresAt.map(ProgramDate.text)
        streams = viewer.streams
        monthlyBytes = viewer.monthlyBytes
        kinds = viewer.kinds
        usedBytes = use?.bytes ?? 0
        playing = use?.playing ?? 0
    }
}
