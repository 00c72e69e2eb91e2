import Foundation

/// The demo media that all tests share, made once per machine by DemoProvider itself (which locks the folder).
public enum DemoMedia {
    private static let made = Task<String, any Error> {
        let folder = FileManager.default.temporaryDirectory.path + "/dash-test-media"
        let maker = try ChildBox(executable: BuiltProduct.path("DemoProvider"), arguments: ["--make-media", folder])
        defer { maker.stop() }
        guard await maker.line(startingWith: "DemoProvider media ") != nil else {
            throw DemoProviderFailure("demo media could not be made: \(maker.said)")
        }
        return folder
    }

    /// A folder with `live/8 ….ts` and the rest; the first call may take a minute or two.
    public static func folder() async throws -> String { try await made.value }
}
