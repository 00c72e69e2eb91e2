import Contracts
import Foundation
import TestSupport
import Testing

@testable import Transcoder

/// What is known of a film is believed while it is the same film, and not for ever (docs/decisions/0016).
@Suite struct FilmSourceChangeTests {
    @Test(.timeLimit(.minutes(3))) func aRecordIsBelievedUntilItIsOld() async throws {
        for (lifetime, isBelieved) in [(Duration.seconds(3600), true), (.zero, false)] {
            try await FilmFleet.run(probeLifetime: lifetime) { fleet in
                let before = try await fleet.status { $0.infoText != nil && $0.state == .ready }
                try await fleet.changeOwner()
                _ = try await fleet.bytes(first)
                let after = try await fleet.status { $0.state == .ready }
                #expect((after.infoAt == before.infoAt) == isBelieved)
                let infos = try [before, after].map { try FilmInfo(json: try #require($0.infoText)) }
                #expect(infos[0] == infos[1])
            }
        }
    }

    @Test(.timeLimit(.minutes(3))) func aReplacedFileIsAnotherFilm() async throws {
        let another = try await FilmFleet.clip("mkv", ["-t", "12"])
        try await FilmFleet.run { fleet in
            let before = try await fleet.info()
            fleet.served.change { $0 = FilmFleet.Served(bytes: another, tag: "2") }
            try await fleet.changeOwner()
            let after = try await waitForAnother(before, fleet)
            #expect(after.byteCount == Int64(another.count) && after.grid.frameCount < before.grid.frameCount)
            #expect(try await fleet.bytes(first).count > 1_000)
        }
    }

    /// As long as before, but with another end.
    @Test(.timeLimit(.minutes(3))) func anotherTagIsLookedInto() async throws {
        try await FilmFleet.run { fleet in
            let before = try await fleet.info()
            // Only the name is another: another delivery host.
            fleet.served.change { $0.tag = "2" }
            try await fleet.changeOwner()
            #expect(try await fleet.bytes(first).count > 1_000)
            #expect(try await fleet.info().version == before.version)
            fleet.served.change { served in
                served.tag = "3"
                served.bytes[served.bytes.count - 1] ^= 1
            }
            try await fleet.changeOwner()
            #expect(try await waitForAnother(before, fleet).byteCount == before.byteCount)
        }
    }

    private var first: FilmPiece { get throws { try #require(FilmPiece(rendition: "360p", index: 0)) } }

    /// Somebody watches, so that the owner has to make something.
    private func waitForAnother(_ before: FilmInfo, _ fleet: FilmFleet) async throws -> FilmInfo {
        let status = try await fleet.status(wishes: [try first]) { status in
            guard let text = status.infoText, let info = try? FilmInfo(json: text) else { return false }
            return info.version != before.version
        }
        return try FilmInfo(json: try #require(status.infoText))
    }
}
