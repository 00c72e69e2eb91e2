import Foundation
import TestSupport

/// What a player does first: multivariant playlist, media playlist, segment. Each request has a connection of its own.
struct Viewing: Sendable {
    struct Refused: Error, CustomStringConvertible {
        let status: Int
        let text: String
        var description: String { "\(status): \(text.prefix(200))" }
    }

    /// Absolute URL of the media playlist that is followed.
    let playlist: URL
    /// Seconds since 1970.
    let masterAt: Double

    /// - Parameters:
    ///   - rendition: `360p`; nil: the variant that stands first.
    ///   - session: of the viewer; nil: the gateway gives one.
    static func begin(_ master: String, rendition: String? = nil, session: String? = nil) async throws -> Viewing {
        let address = master + (session.map { "?session=\($0)" } ?? "")
        let text = try await get(address).text
        let variants = MultivariantPlaylist.parse(text).playlist.variants.map(\.uri)
        let wanted = rendition.map { name in variants.first { $0.hasSuffix("/\(name).m3u8") } } ?? variants.first
        guard let wanted, let url = URL(string: wanted, relativeTo: URL(string: master)) else {
            throw Refused(status: 200, text: "no variant \(rendition ?? "") in \(text)")
        }
        return Viewing(playlist: url.absoluteURL, masterAt: Date().timeIntervalSince1970)
    }

    func load() async throws -> MediaPlaylist {
        MediaPlaylist.parse(try await Self.get(playlist.absoluteString).body).playlist
    }

    /// Loads a segment and says how many bytes it has.
    func fetch(_ segment: MediaPlaylist.Segment) async throws -> Int { try await bytes(of: segment).count }

    func bytes(of segment: MediaPlaylist.Segment) async throws -> [UInt8] {
        guard let url = URL(string: segment.uri, relativeTo: playlist) else {
            throw Refused(status: 200, text: "not an address: \(segment.uri)")
        }
        return try await Self.get(url.absoluteString).body
    }

    private static func get(_ address: String) async throws -> SimpleHTTP.Answer {
        let answer = try await SimpleHTTP.send("GET", address)
        guard answer.status == 200, !answer.body.isEmpty else {
            throw Refused(status: answer.status, text: answer.text)
        }
        return answer
    }
}
