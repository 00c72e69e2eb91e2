import FoundationEssentials

/// Asks `ffprobe` about films, as a panel does when a film is added. Without `ffprobe` the facts stay unknown.
struct FilmProbe {
    /// A folder may hold thousands; this many are looked at.
    private static let most = 300

    let provider: Provider

    func run() async {
        let films = provider.library.films + provider.library.series.flatMap(\.episodes).map(\.film)
        for film in films.prefix(Self.most) where provider.facts.fact(film) == nil && !Task.isCancelled {
            if let fact = try? await Self.probe(film) { provider.facts.store(fact, for: film) }
        }
    }

    private static func probe(_ film: Film) async throws -> FilmFacts.Fact? {
        let output = FileManager.default.temporaryDirectory.path + "/demo-probe-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let code = try await ChildProcess.run(
            "ffprobe", ["-v", "error", "-show_format", "-show_streams", "-of", "json", "-o", output, film.path])
        guard code == 0 else { return nil }
        let report = try JSONDecoder().decode(Report.self, from: Data(contentsOf: URL(filePath: output)))
        let video = report.streams.first { $0.type == "video" }
        let audio = report.streams.first { $0.type == "audio" }
        return FilmFacts.Fact(
            seconds: Double(report.format.duration ?? "") ?? 0, videoCodec: video?.codec ?? "",
            width: video?.width ?? 0, height: video?.height ?? 0, audioCodec: audio?.codec ?? "",
            audioChannels: audio?.channels ?? 0)
    }

    private struct Report: Decodable {
        struct Format: Decodable { let duration: String? }
        struct Stream: Decodable {
            let type: String?
            let codec: String?
            let width: Int?
            let height: Int?
            let channels: Int?

            /// ffprobe's names.
            enum CodingKeys: String, CodingKey {
                case type = "codec_type"
                case codec = "codec_name"
                case width
                case height
                case channels
            }
        }
        let format: Format
        let streams: [Stream]
    }
}
