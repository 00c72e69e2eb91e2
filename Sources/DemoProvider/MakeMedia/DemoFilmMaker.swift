import FoundationEssentials
import Glibc

/// Makes the film set beside the demo media, once, with the `ffmpeg` command.
///
/// Files appear whole. Two processes that want the same folder wait for each other, as in `DemoMediaMaker`.
struct DemoFilmMaker {
    let folder: String
    /// Programs that run at once.
    let width: Int
    /// Leaves the processor to others: for making films while channels are being watched.
    let isPolite: Bool
    /// Takes one line per file made.
    let report: @Sendable (String) -> Void

    /// - Returns: whether anything was made.
    @discardableResult
    func make() async throws -> Bool {
        let stamp = MediaStamp(folder: folder, name: ".films-version", version: DemoFilmSet.version)
        guard !stamp.isCurrent else { return false }
        let lock = try await FolderLock.take(folder + "/.lock-films")
        defer { lock.release() }
        guard !stamp.isCurrent else { return false }
        let remakes = stamp.exists
        let stages = DemoFilmSet.stages
        let all = stages.reduce(0) { $0 + $1.count }
        var number = 0
        for stage in stages {
            let wanted = stage.filter { remakes || !FilmFile.exists(folder + "/" + $0.path) }
            number += stage.count
            report("making demo films, \(number) of \(all)")
            try await make(wanted)
        }
        try stamp.write()
        return true
    }

    private func make(_ recipes: [FilmRecipe]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (place, recipe) in recipes.enumerated() {
                if place >= width { try await group.next() }
                group.addTask { try await make(recipe) }
            }
            try await group.waitForAll()
        }
    }

    private func make(_ recipe: FilmRecipe) async throws {
        try Task.checkCancellation()
        let target = folder + "/" + recipe.path
        let parent = String(target.prefix(upTo: target.lastIndex(of: "/") ?? target.startIndex))
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let partial = folder + "/.partial-" + recipe.path.replacing("/", with: "-")
        switch recipe.origin {
        case .text(let text): try Data(text.utf8).write(to: URL(filePath: partial))
        case .edit(let source, let edit):
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + source)))
            try Data(edit.apply(to: bytes)).write(to: URL(filePath: partial))
        case .ffmpeg(let arguments):
            try await encode(recipe.path, arguments.map { $0.replacing("{folder}", with: folder) } + [partial])
        }
        guard rename(partial, target) == 0 else { throw LogFileError(path: target, code: errno) }
    }

    private func encode(_ path: String, _ arguments: [String]) async throws {
        let errors = folder + "/.errors-" + path.replacing("/", with: "-")
        defer { try? FileManager.default.removeItem(atPath: errors) }
        let code =
            isPolite
            ? try await ChildProcess.run("nice", ["-n", "15", "ffmpeg"] + arguments, errors: errors)
            : try await ChildProcess.run("ffmpeg", arguments, errors: errors)
        try Task.checkCancellation()
        guard code == 0 else {
            let text = (try? String(decoding: Data(contentsOf: URL(filePath: errors)), as: UTF8.self)) ?? ""
            throw MediaMakingError(path: path, message: String(text.prefix(500)))
        }
    }
}
