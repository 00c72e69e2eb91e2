import NIOCore

/// A player of one live rendition at the pace of RFC 8216: master playlist, the last three segments, then the playlist every
/// target duration, or after half of it when there was nothing new (§6.3.4), and each new segment once.
struct ViewerScript: LoadScript {
    /// `live-8`.
    let stream: String
    let rendition: String
    let session: String
    /// Seconds before the first request.
    let offset: Double

    private static let target = Double(RecordedChannel.pace)
    private static let behind = 3

    /// The newest segment that is known.
    private var newest = ""
    /// Newest first.
    private var wanted: [String] = []
    private var listedAt = 0.0
    private var hasNews = false

    init(stream: String, rendition: String, session: String, offset: Double) {
        self.stream = stream
        self.rendition = rendition
        self.session = session
        self.offset = offset
    }

    mutating func next(after answer: LoadAnswer?, at now: Double) -> LoadRequest {
        guard let answer else {
            return LoadRequest(
                kind: .master, path: "/api/hls/\(stream)/master.m3u8?session=\(session)", due: now + offset)
        }
        // After a refusal, which has been counted, the playlist is asked for again.
        switch answer.kind {
        case .master: return list(at: now)
        case .playlist: if answer.status == 200 { read(answer.body) }
        case .segment: break
        }
        if let segment = wanted.popLast() { return LoadRequest(kind: .segment, path: segment, due: now) }
        // Never two at once, however late the last answer was.
        return list(at: max(now, listedAt + (hasNews ? Self.target : Self.target / 2)))
    }

    private mutating func list(at due: Double) -> LoadRequest {
        listedAt = due
        hasNews = false
        return LoadRequest(kind: .playlist, path: "/api/hls/\(stream)/s/\(session)/\(rendition).m3u8", due: due)
    }

    /// Takes over what is new, the last three segments at first.
    private mutating func read(_ body: ByteBuffer) {
        let lines = String(buffer: body).split(separator: "\n").filter { !$0.hasPrefix("#") }
        let unseen = lines.reversed().prefix { $0 != newest }.prefix(newest.isEmpty ? Self.behind : lines.count)
        wanted = unseen.map { "/api/hls/\(stream)/\($0.dropFirst("../../".count))" }
        hasNews = !wanted.isEmpty
        newest = lines.last.map(String.init) ?? newest
    }
}
