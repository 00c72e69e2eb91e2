import Foundation

/// The demo media that all tests share, made once per machine by DemoProvider itself (which locks the folder).
public enum DemoMedia {
    private static let made = Task<String, any Error> {
        let folder = FileManager.default.temporaryDirectory.path + "/dash-test-media"
        let output = OutputFile()
        defer { output.remove() }
        let maker = try ChildProcess(
            try BuiltProduct.path("DemoProvider"), ["--make-media", folder], output: output.path)
        guard try await output.line(startingWith: "DemoProvider media ", of: maker, seconds: 600) != nil else {
            try await maker.stop()
            throw DemoProviderFailure("demo media could not be made: \(output.text)")
        }
        return folder
    }

    /// A folder with `live/8 ….ts` and the rest; the first call may take a minute or two.
    public static func folder() async throws -> String { try await made.value }
}
