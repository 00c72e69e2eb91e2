/// The books of a day or a month, by kind of stream and rendition, and what they say about savings. Pure.
public struct Traffic: Sendable, Equatable {
    /// Kind (`live`, `vod` …) → rendition → amounts.
    public let kinds: [String: [String: [UsageAmount: Int64]]]

    /// - Parameter totals: `bytes:live:720p` → count; fields that this version does not know are ignored.
    public init(_ totals: [String: Int64]) {
        var kinds: [String: [String: [UsageAmount: Int64]]] = [:]
        for (field, count) in totals {
            let parts = field.split(separator: ":", maxSplits: 2).map(String.init)
            guard parts.count == 3, let amount = UsageAmount(rawValue: parts[0]),
                StreamID.Kind(rawValue: parts[1]) != nil
            else { continue }
            kinds[parts[1], default: [:]][parts[2], default: [:]][amount, default: 0] += count
        }
        self.kinds = kinds
    }

    /// Over all renditions of a kind, or of all kinds.
    public func total(_ amount: UsageAmount, kind: String? = nil) -> Int64 {
        kinds.filter { kind == nil || $0.key == kind }.values.reduce(0) { sum, renditions in
            renditions.values.reduce(sum) { $0 + ($1[amount] ?? 0) }
        }
    }

    public var bytes: Int64 { total(.bytes) }

    /// Segments for which nothing had to be made or fetched anew: from a gateway's memory or from storage.
    public var hits: Int64 { min(total(.segments), total(.cached) + total(.stored)) }
    /// 0 to 1; 0 without a segment.
    public var hitRate: Double {
        let segments = total(.segments)
        return segments > 0 ? Double(hits) / Double(segments) : 0
    }

    // MARK: Savings, in bytes

    /// Fetched from the provider by the viewer.
    public var savedByDirectPlay: Int64 { total(.direct) }
    /// Fetched from the bucket by the viewer.
    public var savedByBucket: Int64 { total(.presigned) }

    /// Bytes that did not have to come from the provider, or be made, again.
    public var savedByCache: Int64 {
        sum { _, amounts in
            let segments = amounts[.segments] ?? 0
            guard segments > 0 else { return 0 }
            let hits = min(segments, (amounts[.cached] ?? 0) + (amounts[.stored] ?? 0))
            return Int64(Double(amounts[.bytes] ?? 0) * Double(hits) / Double(segments))
        }
    }

    /// What the same pictures would have weighed in the default quality. Films are measured by their own bit rates, where they
    /// are sent; channels by what their default quality weighs on average.
    public var savedByLowerQuality: Int64 {
        let channels = kinds.filter { $0.key == StreamID.Kind.live.rawValue }
        return channels.values.reduce(total(.spared)) { sum, renditions in
            let reference = Self.segmentBytes(Self.reference, renditions[Self.reference])
            return renditions.reduce(sum) { sum, entry in
                guard let height = Self.height(entry.key), height < 720 else { return sum }
                let segments = Double(entry.value[.segments] ?? 0)
                return sum + Int64(max(0, segments * reference - Double(entry.value[.bytes] ?? 0)))
            }
        }
    }

    /// Parts of films that were begun and not watched to the end, as heavy as what was watched: a download would have sent them.
    public var savedByNotSending: Int64 {
        kinds.keys.reduce(0) { sum, kind in
            let (offered, played) = (total(.offered, kind: kind), total(.played, kind: kind))
            guard played > 0, offered > played else { return sum }
            let sent = total(.bytes, kind: kind) + total(.presigned, kind: kind)
            return sum + Int64(Double(sent) / Double(played) * Double(offered - played))
        }
    }

    /// What a viewer gets who chooses nothing.
    private static let reference = "720p"
    /// A segment is 4 s.
    private static let seconds = 4

    private func sum(_ body: (String, [UsageAmount: Int64]) -> Int64) -> Int64 {
        kinds.values.reduce(0) { sum, renditions in renditions.reduce(sum) { $0 + body($1.key, $1.value) } }
    }

    /// Measured, or else after the ladder's caps.
    private static func segmentBytes(_ rendition: String, _ amounts: [UsageAmount: Int64]?) -> Double {
        if let segments = amounts?[.segments], segments >= 10, let bytes = amounts?[.bytes], bytes > 0 {
            return Double(bytes) / Double(segments)
        }
        let rung = LiveLadder.known.first { $0.name == rendition }
        return Double(((rung?.videoBitrate ?? 0) + (rung?.audioBitrate ?? 0)) * seconds / 8)
    }

    /// Lines of a video rendition; `nil` for sound, subtitles and the original.
    private static func height(_ rendition: String) -> Int? {
        let name = rendition.prefix { $0 != "." }
        return name.hasSuffix("p") ? Int(name.dropLast()) : nil
    }
}
