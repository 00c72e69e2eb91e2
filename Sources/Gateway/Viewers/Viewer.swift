import Contracts

/// A viewer's account, made by the operator. It holds no password, only what checks one.
struct Viewer: Contract, Equatable {
    /// What an account may play. Episodes count as series.
    enum Kind: String, Codable, Sendable, CaseIterable {
        case live, vod, series

        init(_ stream: StreamID) {
            switch stream.kind {
            case .live: self = .live
            case .vod: self = .vod
            case .series, .episode: self = .series
            }
        }
    }

    var v = 1
    let name: String
    /// Random. A new password brings a new one: what was signed for the old one opens nothing any more.
    var id: UInt64
    var password: PasswordHash
    /// Unix ms.
    let createdAt: Int64
    /// Unix ms; `nil`: never.
    var expiresAt: Int64?
    /// Streams at once, 1 to 100.
    var streams: Int
    /// Bytes in a calendar month (UTC); `nil`: as many as they like.
    var monthlyBytes: Int64?
    /// In the order of `Kind.allCases`; never empty.
    var kinds: [Kind]

    /// - Parameter now: Unix ms.
    func isExpired(at now: Int64) -> Bool { expiresAt.map { $0 <= now } ?? false }
}

extension Viewer {
    /// What the operator says of an account; `nil` leaves a setting as it is (or at its default, for a new account).
    struct Change: Sendable, Equatable {
        /// 8 to 200 bytes.
        var password: String?
        /// Unix ms; `.some(nil)`: never.
        var expiresAt: Int64??
        var streams: Int?
        /// `.some(nil)`: no cap.
        var monthlyBytes: Int64??
        var kinds: [Kind]?

        /// Why it cannot be accepted, in one sentence; `nil`: it can.
        var objection: String? {
            if let password, !(8...200).contains(password.utf8.count) {
                return "A password has 8 to 200 bytes."
            }
            if let streams, !(1...100).contains(streams) { return "streams is a whole number from 1 to 100." }
            if let monthlyBytes, let bytes = monthlyBytes, !(1_000_000...1 << 50).contains(bytes) {
                return "monthlyBytes is at least 1000000 (one megabyte) and at most 2 to the power of 50."
            }
            if let kinds, kinds.isEmpty { return "kinds names at least one of live, vod and series." }
            return nil
        }
    }

    /// Letters, digits, `.`, `_`, `-` and `@`, 1 to 40: safe in paths, keys and on a command line.
    static func isName(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x40...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || [0x2d, 0x2e, 0x5f].contains(byte)
            }
    }

    /// A new account. `change` has a password and no objection.
    init(name: String, password: PasswordHash, _ change: Change, now: Int64) {
        self.name = name
        id = Self.makeID()
        self.password = password
        createdAt = now
        expiresAt = change.expiresAt ?? nil
        streams = change.streams ?? 1
        monthlyBytes = change.monthlyBytes ?? nil
        kinds = Self.ordered(change.kinds ?? Kind.allCases)
    }

    /// This account with what `change` says.
    /// - Parameter password: the hash of its new password, if it has one.
    func applying(_ change: Change, password: PasswordHash?) -> Viewer {
        var viewer = self
        if let password {
            viewer.password = password
            viewer.id = Self.makeID()
        }
        if let expiresAt = change.expiresAt { viewer.expiresAt = expiresAt }
        if let streams = change.streams { viewer.streams = streams }
        if let monthlyBytes = change.monthlyBytes { viewer.monthlyBytes = monthlyBytes }
        if let kinds = change.kinds { viewer.kinds = Self.ordered(kinds) }
        return viewer
    }

    private static func ordered(_ kinds: [Kind]) -> [Kind] { Kind.allCases.filter(kinds.contains) }
    private static func makeID() -> UInt64 { .random(in: .min ... .max) }
}
