import Contracts

/// Who is logged in, as JSON: `/api/login` and `/api/me`.
struct LoginAnswer: Encodable, Sendable {
    struct Account: Encodable, Sendable {
        let name: String
        /// ISO 8601; `null`: never.
        let expiresAt: String?
        let streams: Int
        let kinds: [Viewer.Kind]
        let monthlyBytes: Int64?
        /// This month's, as far as this gateway knows.
        let usedBytes: Int64
    }

    let success = true
    let access: Access.Mode
    /// `null` with `ACCESS=open`.
    let viewer: Account?

    init(_ access: Access, _ viewer: Viewer?) {
        self.access = access.mode
        self.viewer = viewer.map {
            Account(
                name: $0.name, expiresAt: $0.expiresAt.map(ProgramDate.text), streams: $0.streams, kinds: $0.kinds,
                monthlyBytes: $0.monthlyBytes, usedBytes: access.ledger.used($0))
        }
    }
}

extension Access.Mode: Encodable {}
