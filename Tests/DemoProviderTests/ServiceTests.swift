import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import DemoProvider

@Suite struct ServiceTests {
    @Test func sigtermEndsItCleanly() async throws {
        let provider = try await DemoProviderProcess.start()
        let open = try await MediaConnection.open(provider, "/live/demo/demo/7.ts")
        try await open.waitForBytes(1000)
        provider.process.signal(SIGTERM)
        #expect(try await provider.process.waitForExit() == 0)
        try await open.waitForClose()
    }

    @Test func itSaysHowItIs() async throws {
        let provider = try await DemoProviderProcess.start()
        let port = try #require(provider.panel.split(separator: ":").last)
        let check = {
            try await ChildProcess(try BuiltProduct.path("DemoProvider"), ["--healthcheck", "--port", String(port)])
                .waitForExit(within: .seconds(60))
        }
        #expect(try await check() == 0)
        try await provider.stop()
        #expect(try await check() == 1)
    }

    @Test func badSettingsAreRefusedByName() throws {
        let options = try DemoProviderOptions.parse(["--hops", "9"])
        #expect { try DemoProviderConfiguration(options, environment: [:]) } throws: {
            "\($0)".contains("--hops") && "\($0)".contains("example")
        }
        let none = try DemoProviderOptions.parse([])
        #expect { try DemoProviderConfiguration(none, environment: ["DEMO_BURST": "7"]) } throws: {
            "\($0)".contains("DEMO_BURST")
        }
        let given = try DemoProviderConfiguration(
            none, environment: ["DEMO_MAX_CONNECTIONS": "3", "DEMO_PORT": "1234"])
        #expect(given.settings.maxConnections == 3 && given.port == 1234)
    }

    @Test func namesInTheFolderBecomeTheCatalog() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/library-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for path in [
            "live/12 News.ts", "live/no number.ts", "live/3 Text.txt", "movies/5 - A film.v2.mkv",
            "series/7 Show/s02e03.mp4",
        ] {
            let file = folder + "/" + path
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            #expect(FileManager.default.createFile(atPath: file, contents: Data("x".utf8)))
        }
        let library = try MediaLibrary(folder: folder)
        #expect(library.channels.map(\.id) == [12])
        #expect(library.channels.first?.name == "News")
        #expect(library.films.map(\.name) == ["A film.v2"])
        #expect(library.episode(series: 7, season: 2, number: 3)?.id == 70203)
    }
}
