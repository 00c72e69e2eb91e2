/// Every Redis key and channel name of the system, spelled in this one place.
///
/// Per-stream keys carry the stream as a hash tag (`{live-8}`). `prefix` keeps installations and tests apart on one server.
public struct Keys: Sendable, Hashable {
    /// Letters, digits, `-` and `_`; default `dash`.
    public let prefix: String

    public init(prefix: String = "dash") { self.prefix = prefix }

    // MARK: Coordination Redis, per stream. State: never under a TTL.

    /// Hash: owner, epoch, lease, state, reason, info, next sequence numbers.
    public func stream(_ id: StreamID) -> String { "\(prefix):{\(id)}:stream" }
    /// List of `LiveSegment` JSON, oldest first, trimmed to the window.
    public func window(_ id: StreamID) -> String { "\(prefix):{\(id)}:window" }
    /// Sorted set: playback session → last seen, Redis ms.
    public func viewers(_ id: StreamID) -> String { "\(prefix):{\(id)}:viewers" }
    /// Hash: rendition → last wanted, Redis ms; `claim_at` → when a claim was last pushed.
    public func demand(_ id: StreamID) -> String { "\(prefix):{\(id)}:demand" }
    /// Hash: the resolved source of a stream, with its serial number. Holds a provider token: never logged.
    public func token(_ id: StreamID) -> String { "\(prefix):{\(id)}:token" }

    // MARK: Coordination Redis, per film, beside `stream` and `token`.

    /// Hash: `info` (JSON of `FilmInfo`), `at` (Redis ms of the probe), `container` (the extension that a viewer named).
    public func film(_ id: StreamID) -> String { "\(prefix):{\(id)}:film" }
    /// Sorted set: `FilmPiece` that somebody waits for → first wished, Redis ms; at most `Limits.filmWishes`.
    public func filmWishes(_ id: StreamID) -> String { "\(prefix):{\(id)}:wishes" }
    /// Hash: the same pieces → Redis ms until which the wish means something.
    public func filmWishLimits(_ id: StreamID) -> String { "\(prefix):{\(id)}:wishes:until" }
    /// Sorted set: `FilmPiece` served lately → when, Redis ms; at most 200. The owner reads ahead from them.
    public func filmPositions(_ id: StreamID) -> String { "\(prefix):{\(id)}:positions" }

    // MARK: Coordination Redis, what is stored of films.

    /// Bitmap: bit `index + 1` says that the segment is in storage (bit 0: the init fragment, index −1).
    public func filmStored(_ id: StreamID, version: String, rendition: String) -> String {
        "\(prefix):{\(id)}:stored:\(version):\(rendition)"
    }
    /// Hash: bytes, count, encode (CPU ms), since, used, promised (Redis ms), changed (Redis µs) of one stored rendition.
    public func storedGroup(_ id: StreamID, version: String, rendition: String) -> String {
        "\(prefix):{\(id)}:group:\(version):\(rendition)"
    }
    /// Set: every `StoredGroup` that has such a hash.
    public var storedGroups: String { "\(prefix):store:groups" }
    /// String: bytes of all of them together, reserved ones included.
    public var storedBytes: String { "\(prefix):store:bytes" }
    /// Hash: task of the SegmentStores that one of them does for all → Redis ms when it was last begun.
    public var storeTurns: String { "\(prefix):store:turns" }
    /// List of `SegmentNotice` JSON, newest at the head, at most `Limits.notices`.
    public var segmentNotices: String { "\(prefix):persist" }
    /// The list into which one SegmentStore moves a notice while it stores the segment.
    public func noticeProcessing(instance: String) -> String { "\(prefix):persist:processing:\(instance)" }
    /// Set: SegmentStores that have, or had, such a list.
    public var noticeProcessors: String { "\(prefix):persist:processors" }
    /// List of `LoadWish` JSON, newest at the head, at most `Limits.wishes`.
    public var loadWishes: String { "\(prefix):wishes:load" }
    /// Hash: film → `<views> <views with decay> <Redis ms of the last one>`; at most `Limits.popularFilms`.
    public var popularity: String { "\(prefix):popularity" }

    // MARK: Coordination Redis, fleet wide.

    /// Sorted set: stream → last wanted by any gateway, Redis ms.
    public var wanted: String { "\(prefix):wanted" }
    /// Sorted set: every stream that has left keys → last activity, Redis ms. The reaper walks it.
    public var known: String { "\(prefix):known" }
    /// List of `LiveClaim` JSON, newest at the head, at most `Limits.claims`.
    public var liveClaims: String { "\(prefix):claims:live" }
    /// List of `FilmClaim` JSON, newest at the head, at most `Limits.claims`.
    public var filmClaims: String { "\(prefix):claims:film" }
    /// List of `TokenWish` JSON, at most `Limits.wishes`.
    public var tokenWishes: String { "\(prefix):wishes:token" }
    /// Hash: what the catalog says of a film or series, as JSON, with its expiry.
    public func metadata(_ subject: MetadataSubject) -> String { "\(prefix):{\(subject)}:metadata" }
    /// Sorted set: subject → when its metadata were stored, Redis ms; at most `Limits.metadata`.
    public var metadataKnown: String { "\(prefix):metadata:known" }
    /// List of `MetadataWish` JSON, at most `Limits.wishes`.
    public var metadataWishes: String { "\(prefix):wishes:metadata" }
    /// Hash: the list that there is of a kind (version, chunks, entries, bytes), its expiry, and who loads a newer one.
    public func catalog(_ kind: CatalogKind) -> String { "\(prefix):{catalog-\(kind.rawValue)}:list" }
    /// Hash: chunk → packed `CatalogLine`s; `categories` → JSON. Under a TTL until its load is finished, then kept for as long as
    /// it is the list. `nil`: what the keys of all versions begin with.
    public func catalogChunks(_ kind: CatalogKind, version: Int64?) -> String {
        "\(prefix):{catalog-\(kind.rawValue)}:chunks:\(version.map { String($0) } ?? "")"
    }
    /// List of `CatalogWish` JSON, at most `Limits.catalogWishes`.
    public var catalogWishes: String { "\(prefix):wishes:catalog" }
    /// List of `ImageWish` JSON, at most `Limits.imageWishes`.
    public var imageWishes: String { "\(prefix):wishes:image" }
    /// Hash: key of an image → its address at the provider (never shown); at most `Limits.images`.
    public var images: String { "\(prefix):images" }
    /// Hash: `stream|epoch` → Redis ms until which the provider connection is reserved.
    public var slots: String { "\(prefix):slots" }
    /// Hash: limit, max_connections, foreign, checked_at, as the TokenService measured them.
    public var slotLimit: String { "\(prefix):slots:limit" }
    /// Sorted set: stream that waits for a slot → since when, Redis ms.
    public var slotWaiting: String { "\(prefix):slots:waiting" }
    /// Hash: playback session → stream it watches.
    public var sessions: String { "\(prefix):sessions" }
    /// Sorted set: playback session → last seen, Redis ms.
    public var sessionsSeen: String { "\(prefix):sessions:seen" }
    /// Hash: service instance → `InstanceStatus` JSON, stamped with Redis ms.
    public var instances: String { "\(prefix):instances" }
    /// Hash: run_id, last_tick, barred_until: guards takeovers after Redis was away.
    public var boot: String { "\(prefix):boot" }
    /// String: 32 random bytes in hex, from which segment capabilities are derived.
    public var capabilitySecret: String { "\(prefix):capability-secret" }
    /// Sorted set: capability secrets that were replaced → when, Redis ms; the newest 20.
    public var retiredCapabilitySecrets: String { "\(prefix):capability-secret:retired" }
    /// String: 32 random bytes in hex; signs logins and playback sessions.
    public var sessionSecret: String { "\(prefix):session-secret" }
    /// Hash: name → account of a viewer as JSON, with a hash of its password; at most `Limits.accounts`.
    public var accounts: String { "\(prefix):accounts" }
    /// String: number of the last change of an account.
    public var accountVersion: String { "\(prefix):accounts:version" }
    /// Sorted set: name → number of its last change, removals included.
    public var accountChanges: String { "\(prefix):accounts:changes" }
    /// Hash of one UTC month (`2026-11`): name → bytes used; two months are kept.
    public func accountBytes(month: String) -> String { "\(prefix):accounts:bytes:\(month)" }
    /// Sorted set: playback session of an account → last seen, Redis ms; at most its number of streams.
    public func playing(_ account: String) -> String { "\(prefix):accounts:playing:\(account)" }
    /// List of streams refused for crashing their workers, with the reason; at most `Limits.deadLetters`.
    public var deadLetters: String { "\(prefix):dead-letters" }
    /// List of `UsageReport` JSON from gateways, at most `Limits.reports`.
    public var usageReports: String { "\(prefix):usage:reports" }
    /// The list into which one SegmentStore moves a report while it counts it.
    public func usageProcessing(instance: String) -> String { "\(prefix):usage:processing:\(instance)" }
    /// Set: SegmentStores that have, or had, such a list. The reaper empties those of dead ones.
    public var usageProcessors: String { "\(prefix):usage:processors" }
    /// Sorted set: ids of the reports counted last → when, Redis ms; at most `Limits.countedReports`.
    public var usageCounted: String { "\(prefix):usage:counted" }
    /// Sorted set: every UTC day that has a hash → its number since 1970.
    public var usageDays: String { "\(prefix):usage:days" }
    /// Hash of one UTC day (`2026-11-22`): `bytes:live:720p`, `segments:live-8:720p`, `views:live-8:720p` … → count.
    public func usage(day: String) -> String { "\(prefix):usage:day:\(day)" }
    /// Hash of one UTC day, of kinds only: `bytes:live:720p`, `offered:vod:720p` … → count. Small: a month of them is read at once.
    public func usageTotals(day: String) -> String { "\(prefix):usage:totals:\(day)" }
    /// Sorted set: stream → bytes of it in one UTC month (`2026-11`); at most `Limits.topStreams`, the smallest go.
    public func usageTop(month: String) -> String { "\(prefix):usage:top:\(month)" }
    /// Hash: stream → Redis ms of the last accepted refresh; see `/api/live/:id/refresh`.
    public var refreshes: String { "\(prefix):refreshes" }

    // MARK: Coordination Redis, for people

    /// List: the last steps of requests (`TraceStore`), oldest first.
    public var traces: String { "\(prefix):traces" }

    // MARK: Channels: hints only, never payload.

    /// Something about the stream changed: read its state again.
    public func streamChannel(_ id: StreamID) -> String { "\(prefix):ch:stream:\(id)" }
    /// The stream's token was resolved, or failed to be: read it.
    public func tokenChannel(_ id: StreamID) -> String { "\(prefix):ch:token:\(id)" }

    /// A piece of the film came to the media Redis; the message is the `FilmPiece`. Also: it could not be loaded (`piece!`).
    public func filmChannel(_ id: StreamID) -> String { "\(prefix):ch:film:\(id)" }

    /// The metadata were stored, or could not be had: read them.
    public func metadataChannel(_ subject: MetadataSubject) -> String { "\(prefix):ch:metadata:\(subject)" }

    /// A list was loaded, or could not be: read its state.
    public func catalogChannel(_ kind: CatalogKind) -> String { "\(prefix):ch:catalog:\(kind.rawValue)" }

    /// A picture was made, or cannot be had: read it.
    public func imageChannel(_ image: ImageName) -> String { "\(prefix):ch:image:\(image)" }

    // MARK: Media Redis: bytes, always under a TTL.

    /// One size of a poster or logo; `!` and a code while it cannot be had.
    public func image(_ image: ImageName) -> String { "\(prefix):image:\(image)" }
    /// Who makes it now.
    public func imageMaking(_ image: ImageName) -> String { "\(prefix):image:\(image):making" }

    /// One segment's bytes. The epoch in the name keeps a paused and woken owner from overwriting its successor's.
    public func segment(_ id: StreamID, epoch: Int64, sequence: Int64, rendition: String) -> String {
        "\(prefix):{\(id)}:seg:\(epoch):\(sequence):\(rendition)"
    }
    /// One film segment's bytes: a pure function of its name, so that two writers write the same.
    public func filmSegment(_ id: StreamID, version: String, rendition: String, index: Int) -> String {
        "\(prefix):{\(id)}:film:\(version):\(rendition):\(index)"
    }
}

/// Bounds of the shared lists. Overflow drops the oldest: claims and wishes are repeated while somebody waits.
public enum Limits {
    public static let claims = 1000
    public static let wishes = 1000
    public static let deadLetters = 100
    /// Viewers' accounts; one more is refused.
    public static let accounts = 20_000
    /// Films and series whose metadata are kept. Overflow forgets what was stored first; it is asked for again.
    public static let metadata = 10_000
    /// Overflow loses wake-ups; who waits repeats them.
    public static let catalogWishes = 100
    /// Pictures that wait to be made smaller. Overflow drops the oldest; who still waits wishes again.
    public static let imageWishes = 500
    /// Addresses of images. Overflow forgets some at random; they come back with their film.
    public static let images = 200_000
    /// Pieces of one film that may be waited for at once. Overflow drops new ones; they are wished again.
    public static let filmWishes = 500
    /// Overflow leaves the oldest segments unstored; they are made again when somebody wants them.
    public static let notices = 2000
    /// Films whose popularity is known. Overflow leaves new ones at none until old ones have faded.
    public static let popularFilms = 50_000
    /// Overflow loses counts, never service.
    public static let reports = 10_000
    /// Reports remembered as counted. One repeated later than this many others counts twice.
    public static let countedReports = 10_000
    /// Streams whose bytes of a month are known. Overflow forgets the smallest.
    public static let topStreams = 5000
    /// Fields of one day's hash. Overflow loses new streams' counts of that day; totals go on.
    public static let usageFields = 100_000
}
