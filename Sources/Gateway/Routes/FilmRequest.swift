import Contracts
import HTTPTypes
import Hummingbird

/// Reads what the film routes take from a request; throws 400.
struct FilmRequest: Sendable {
    private(set) var film: StreamID
    let quality: Quality?
    var format: PlayChoice.Format?
    /// The file extension that the viewer named: a hint for films that the panel tells nothing about.
    private(set) var container: String?
    /// Seconds from the film's start.
    let start: Double
    /// A plain `<video src>` of a browser that cannot be assumed to play HLS.
    var prefersFile: Bool

    /// Longer films than this many seconds are not.
    private static let longest = 10_000_000.0

    /// - Parameter container: where the path names the extension, and not the query.
    init(_ film: StreamID, _ request: Request, container: String? = nil) throws(APIError) {
        self.film = film
        quality = try LiveRequest.quality(request)
        let query = request.uri.queryParameters
        format = try Self.format(query["format"].map(String.init))
        self.container = try Self.container(container ?? query["extension"].map(String.init))
        start = try Self.start(query["start"].map(String.init))
        prefersFile =
            request.headers[.secFetchDest]?.lowercased() == "video"
            && !PlayChoice.playsHLS(userAgent: request.headers[.userAgent] ?? "")
    }

    /// Takes the film's one name, and what the catalog says of its file unless the viewer knows better.
    mutating func name(_ title: MetadataRequester.Title) {
        film = title.stream
        container = container ?? title.containerExtension
    }

    /// `vod/1906`, `episode/901`, `series/55-1-2`.
    static func film(kind: String, number: String) throws(APIError) -> StreamID {
        guard let film = StreamID("\(kind)-\(number)"), film.kind != .live else {
            throw APIError(
                .badRequest, "bad_stream_id",
                "A film is named by its kind (vod, episode, series) and the provider's number, 1 to 18 digits.")
        }
        return film
    }

    static func format(_ text: String?) throws(APIError) -> PlayChoice.Format? {
        guard let text, !text.isEmpty else { return nil }
        guard let format = PlayChoice.Format(rawValue: text) else {
            let known = PlayChoice.Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(.badRequest, "unknown_format", "Unknown format; known are \(known).")
        }
        return format
    }

    static func container(_ text: String?) throws(APIError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard let name = FilmExtension.name(text) else {
            throw APIError(.badRequest, "bad_extension", "An extension is 2 to 5 letters and digits, such as mkv.")
        }
        return name
    }

    static func start(_ text: String?) throws(APIError) -> Double {
        guard let text, !text.isEmpty else { return 0 }
        let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
        guard isPlain, text.utf8.count <= 20, let seconds = Double(text), (0...longest).contains(seconds) else {
            throw APIError(.badRequest, "bad_start", "start= is a number of seconds, such as 90 or 90.5.")
        }
        return seconds
    }
}
