/// A fault that waits for requests: each one it fits, until it is used up or cleared.
struct Fault: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case status
        case redirectLoop = "redirect_loop"
        case redirectPrivate = "redirect_private"
        case slowConnect = "slow_connect"
        case empty
        case html
        case slate
        case drop
        case hang
        /// Films: 200 with all of it to a request for a part.
        case ignoreRange = "ignore_range"
        /// Films: 206, but something else (`Lie`).
        case rangeLie = "range_lie"
        /// Films: the file is another, shorter one.
        case resize

        static let ofFilms: Set<Kind> = [.ignoreRange, .rangeLie, .resize]

        /// Where it happens unless told otherwise.
        var usualPlace: Place {
            switch self {
            case .redirectLoop, .redirectPrivate: .panel
            default: .cdn
            }
        }
    }

    enum Lie: String, Sendable {
        /// Another part, and Content-Range says so.
        case other
        /// The bytes of another part under the right Content-Range.
        case bytes
        /// Half of the bytes, then the connection is closed.
        case short
    }

    enum Place: String, Sendable {
        /// Catalog requests, the panel's media addresses, the media themselves.
        case api, panel, cdn
    }

    let id: Int
    let kind: Kind
    let place: Place
    /// `live-8`, `vod-1906` …; `nil` fits all.
    let stream: String?
    /// Requests still to hit; `nil` until cleared.
    var remaining: Int?
    /// Meaning by kind: delay of `slow_connect`, life of a connection for `drop`.
    let seconds: Double
    let status: Int
    let location: String
    let resets: Bool
    let lie: Lie

    var json: JSON {
        [
            "id": .of(id), "kind": .string(kind.rawValue), "where": .string(place.rawValue),
            "stream": stream.map { .string($0) } ?? .null, "remaining": remaining.map { .of($0) } ?? .null,
            "seconds": .string(String(seconds)), "status": .of(status),
        ]
    }
}
