import Contracts
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// `/live/:user/:password/8.m3u8`, `…/8.ts`, `/movie/:user/:password/1906.mkv`, `/series/:user/:password/901.mkv`: a panel's play addresses,
/// with this gateway's viewers.
struct FacePlayRoutes: Sendable {
    let access: Access
    let live: LivePlaylists
    let direct: DirectRoute
    let films: FilmRoutes

    /// What leads from `/live/:user/:password/` to where channels' playlists are.
    private static let prefix = "../../../api/hls/"

    func add(to router: Router<GatewayContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/live/:user/:password/:file", method: method) { try await channel($0, $1) }
            router.on("/movie/:user/:password/:file", method: method) { try await film("vod", $0, $1) }
            router.on("/series/:user/:password/:file", method: method) { try await film("episode", $0, $1) }
        }
    }

    private func channel(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let context = try await FaceGuest.inPath(context, access).context(context, request)
        let file = FaceFile(context.parameters.get("file") ?? "")
        guard let stream = StreamID("live-\(file.number)") else { throw APIError.badStreamID }
        switch file.container {
        case "m3u8":
            return try await live.master(stream, request, context, prefix: "\(Self.prefix)\(stream)/")
        case "ts", nil: return try await direct.stream(stream, request, context)
        default: throw APIError.notFound
        }
    }

    private func film(_ kind: String, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let context = try await FaceGuest.inPath(context, access).context(context, request)
        let file = FaceFile(context.parameters.get("file") ?? "")
        let film = try FilmRequest.film(kind: kind, number: file.number)
        let isPlaylist = file.container == "m3u8"
        var wish = try FilmRequest(film, request, container: isPlaylist ? nil : file.container)
        if isPlaylist {
            wish.format = .hls
        } else if !FaceFile.takesHLSAnywhere(request.headers[.userAgent] ?? "") {
            // An app that asked for a file has chosen its reader by the name.
            wish.prefersFile = true
        }
        return try await films.play(wish, request, context)
    }
}

/// The last part of a play address: `1906.mkv`.
struct FaceFile: Sendable, Equatable {
    let number: String
    /// In lower case; `nil` without one.
    let container: String?

    init(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        number = parts.first.map(String.init) ?? ""
        container = parts.count == 2 ? parts[1].lowercased() : nil
    }

    /// Players that look at what they get, whatever the address is called: they get HLS, where they can seek.
    static func takesHLSAnywhere(_ userAgent: String) -> Bool {
        ["VLC/", "Lavf/", "libmpv", "mpv ", "AppleCoreMedia"].contains { userAgent.hasPrefix($0) }
            || PlayChoice.playsHLS(userAgent: userAgent)
    }
}
