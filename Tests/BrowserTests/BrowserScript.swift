import Foundation
import TestSupport
import Testing

/// A Python script that drives a real browser against a running stack (`scripts/`, by Playwright and Debian's Chromium).
struct BrowserScript {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    let name: String

    /// Says why the tests are skipped, if something is missing.
    static let canRun: Bool = {
        let missing = [chromium, python, stateDirectory + "/web/videojs/8.23.9/video.min.js"]
            .filter { !FileManager.default.fileExists(atPath: $0) }
        if missing.isEmpty { return true }
        print("Nothing is tested in a browser: \(missing.joined(separator: ", ")) not there; ./dash setup gets it")
        return false
    }()

    /// Whether hls.js and mpegts.js are there, which existing frontends play with.
    static let hasPlayers: Bool = {
        let missing = ["hls-1.5.13.js", "mpegts-1.8.0.js"].map { "\(stateDirectory)/players/\($0)" }
            .filter { !FileManager.default.fileExists(atPath: $0) }
        if missing.isEmpty { return true }
        print("The existing frontend is not tested: \(missing.joined(separator: ", ")) not there; ./dash setup gets it")
        return false
    }()

    /// Runs it to its end. Throws what it said if it did not succeed, or is not done in time.
    /// - Parameter adminKey: the stack's `ADMIN_API_KEY`, for what the script does as the operator.
    func run(
        with stack: DashStack, adminKey: String = "", within patience: Duration = .seconds(400)
    ) async throws {
        let output = FileManager.default.temporaryDirectory.appending(path: "dash-browser-\(UUID().uuidString).log")
        defer { try? FileManager.default.removeItem(at: output) }
        var environment = ProcessInfo.processInfo.environment
        environment["DASH_URL"] = stack.url
        environment["DASH_PROVIDER"] = stack.provider?.panel ?? ""
        environment["DASH_STATE_DIR"] = Self.stateDirectory
        environment["DASH_CHROMIUM"] = Self.chromium
        environment["DASH_ADMIN_KEY"] = adminKey
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        let child = try ChildProcess(
            Self.python, ["-u", Self.folder.appending(path: "\(name).py").path], environment: environment,
            output: output.path)
        let end = "it is not done after \(patience)"
        let status = try? await child.waitForExit(within: patience)
        // Ends Chromium, too: Playwright's driver does that when its script goes.
        if status == nil { try await child.stop() }
        let said = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
        guard status == 0 else { throw Failed(description: "\(name).py: \(status == nil ? end : "")\n\(said)") }
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "scripts")

    private static let stateDirectory: String =
        ProcessInfo.processInfo.environment["DASH_STATE_DIR"]
        ?? folder.appending(path: "../../../.dash").standardizedFileURL.path

    private static let python = stateDirectory + "/python/bin/python"

    private static let chromium = ProcessInfo.processInfo.environment["DASH_CHROMIUM"] ?? "/usr/bin/chromium"
}
