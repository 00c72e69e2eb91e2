import Contracts
import FoundationEssentials

/// Reads the answer to `get_short_epg`. Titles and descriptions are in base64, times in seconds and in the panel's own time;
/// only the former can be trusted, as nothing says which zone the latter are in.
struct GuideReading: Sendable {
    let metadata: GuideMetadata

    /// - Parameter now: seconds since 1970; what is over is left out.
    init(_ answer: LenientJSON, _ cleaner: PanelCleaner, now: Int64) {
        let programmes = answer["epg_listings"].elements.compactMap { Self.programme($0.value, cleaner) }
            .filter { $0.end > now }.sorted { $0.start < $1.start }
        metadata = GuideMetadata(programmes: Array(programmes.prefix(GuideMetadata.most)))
    }

    /// Milliseconds for which it is worth keeping: guides are corrected, and half of what was known should still lie ahead.
    func timeToLive(at now: Int64) -> Int64 {
        let programmes = metadata.programmes
        guard !programmes.isEmpty else { return 600_000 }
        return min(max(programmes[programmes.count / 2].start - now, 60), 10_800) * 1000
    }

    private static func programme(_ entry: LenientJSON, _ cleaner: PanelCleaner) -> GuideMetadata.Programme? {
        guard let start = entry["start_timestamp"].integer, let end = entry["stop_timestamp"].integer, start > 0,
            end > start, end < 100_000_000_000, let title = cleaner.text(decoded(entry["title"]), most: 300)
        else { return nil }
        return GuideMetadata.Programme(
            title: title, description: cleaner.text(decoded(entry["description"]), most: 1000), start: start, end: end)
    }

    /// A few panels forget to encode.
    private static func decoded(_ value: LenientJSON) -> LenientJSON {
        guard let text = value.string, let data = Data(base64Encoded: text), !data.isEmpty,
            let plain = String(data: data, encoding: .utf8),
            !plain.unicodeScalars.contains(where: { $0.value < 0x20 && ![0x09, 0x0a, 0x0d].contains($0.value) })
        else { return value }
        return .text(plain)
    }
}
