import Foundation
import TestSupport
import Testing

extension BrowserTests {
    /// What the provider has in forms that no browser plays, and what it has in one that all play.
    @Suite(.serialized) struct Films {
        @Test(.timeLimit(.minutes(14)))
        func filmsPlayFromTheStartTheMiddleAndTheEnd() async throws {
            try await DashStack.with(Self.options) { stack in
                try await BrowserScript(name: "films").run(with: stack)
                try await BrowserScript(name: "progressive").run(with: stack)
            }
        }

        @Test(.timeLimit(.minutes(14)))
        func aProxiedFileIsSoughtInAfterItsAddressHasExpired() async throws {
            var options = Self.options
            options.environment["DIRECT_PLAY"] = "proxy"
            try await MediaCommand.withTemporaryDirectory { folder in
                try await Self.makeLongFilm(in: folder)
                options.providerMedia = folder
                try await DashStack.with(options) { stack in
                    try await BrowserScript(name: "proxied").run(with: stack)
                }
            }
        }

        @Test(
            .timeLimit(.minutes(8)), .enabled(if: MotoServer.isInstalled, "moto is not installed; ./dash setup does it")
        )
        func whatIsStoredPlaysFromTheBucketItself() async throws {
            try await MotoServer.with { bucket in
                try await bucket.makeFirstBucket("films")
                var options = Self.options
                options.environment.merge([
                    "SEGMENT_STORE_URL": "s3://films/browser", "S3_ENDPOINT": bucket.url,
                    "SEGMENT_DELIVERY": "presigned", "S3_ACCESS_KEY_ID": MotoServer.accessKey,
                    "S3_SECRET_ACCESS_KEY": MotoServer.secretKey,
                ]) { $1 }
                try await DashStack.with(options) { stack in try await BrowserScript(name: "bucket").run(with: stack) }
            }
        }

        private static let options: DashStack.Options = {
            var options = DashStack.Options()
            // The page is a stranger's.
            options.environment["CORS_ORIGINS"] = "*"
            return options
        }()

        /// Ten minutes of a demo film over and over: so much that no browser and no cache has all of it when one seeks.
        private static func makeLongFilm(in folder: String) async throws {
            try FileManager.default.createDirectory(atPath: "\(folder)/movies", withIntermediateDirectories: true)
            let film = try await DemoMedia.folder() + "/movies/1902 MP4 faststart.mp4"
            try await MediaCommand.run(
                "ffmpeg",
                [
                    "-nostdin", "-v", "error", "-stream_loop", "14", "-i", film, "-c", "copy", "-movflags",
                    "+faststart", "\(folder)/movies/1 Long film.mp4",
                ])
        }
    }
}
