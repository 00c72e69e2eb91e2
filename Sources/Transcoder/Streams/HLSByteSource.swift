import Media
import Upstream

/// A provider's live HLS channel as one run of transport stream bytes: segments one after the other, over one connection.
///
/// Blocks on the engine's source thread. Starts two segments behind the edge; a playlist that does not grow for three target
/// durations counts as stalled.
final class HLSByteSource: ByteSource {
    private let connection: UpstreamStream
    private var playlist: UpstreamURL
    /// Where the last playlist came from, redirects followed: what its addresses are relative to.
    private var base: UpstreamURL
    private var queue: [UpstreamURL] = []
    private var lastSequence: Int64 = -1
    private var targetDuration = 6.0
    private var hasEnded = false
    private var isReading = false

    /// Asks for the playlist anew: the response under way was asked for as a channel's, whose length is not believed, and would end
    /// only when the server closes.
    /// - Parameter connection: open, with the head of the playlist at `playlist` just received.
    init(_ connection: UpstreamStream, playlist: UpstreamURL) throws {
        self.connection = connection
        self.playlist = playlist
        base = playlist
        var first = try load()
        if let variant = first.variants.first {
            self.playlist = try base.resolving(variant)
            first = try load()
        }
        try enqueue(first, keeping: 2)
    }

    /// Segments come one target duration apart, and are seen up to half of one later.
    var longestPause: Duration { .seconds(2 * targetDuration) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            if isReading {
                let count = try connection.read(into: buffer)
                if count > 0 { return count }
                isReading = false
            }
            if queue.isEmpty, hasEnded { return 0 }
            if queue.isEmpty { try waitForMore() }
            guard !queue.isEmpty else { continue }
            let segment = queue.removeFirst()
            let head = try connection.open(segment)
            if head.status == 404 { continue }
            try head.requireSuccess()
            isReading = true
        }
    }

    /// Reloads at half the target duration until there is a new segment (RFC 8216 6.3.4).
    private func waitForMore() throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(3 * targetDuration)
        while queue.isEmpty, !hasEnded {
            let loaded = clock.now
            try enqueue(try load(), keeping: .max)
            if !queue.isEmpty || hasEnded { return }
            guard clock.now < deadline else { throw UpstreamError(.stalled, "the playlist does not grow") }
            try connection.pause(until: loaded + .seconds(targetDuration / 2))
        }
    }

    private func load() throws -> HLSPlaylist {
        let head = try connection.open(playlist)
        try head.requireSuccess()
        base = head.url
        return try Self.parse(Self.text(of: connection))
    }

    /// - Parameter list: just loaded.
    private func enqueue(_ list: HLSPlaylist, keeping newest: Int) throws {
        targetDuration = list.targetDuration
        hasEnded = list.hasEnded
        // A sequence far below the last one is a restarted playlist: its segments are new.
        let restarted = (list.segments.last?.sequence ?? lastSequence) + 10 < lastSequence
        let new = list.segments.filter { restarted || $0.sequence > lastSequence }.suffix(newest)
        for segment in new { queue.append(try base.resolving(segment.location)) }
        lastSequence = new.last?.sequence ?? lastSequence
    }

    private static func parse(_ text: String) throws -> HLSPlaylist {
        guard let list = HLSPlaylist(text), !list.isEncrypted else {
            throw UpstreamError(.protocolViolation, "the playlist cannot be used")
        }
        return list
    }

    private static func text(of connection: UpstreamStream) throws -> String {
        var bytes: [UInt8] = []
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
        defer { chunk.deallocate() }
        while bytes.count <= HLSPlaylist.limit {
            let count = try connection.read(into: chunk)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: chunk[..<count])
        }
        throw UpstreamError(.tooLarge, "the playlist is larger than \(HLSPlaylist.limit) bytes")
    }
}
