import FoundationEssentials
import Glibc

/// Makes the demo media with the `ffmpeg` command, once: what is there and current stays.
///
/// Files appear whole (written beside, then renamed). A lock in the folder keeps two processes from doing the same work.
struct DemoMediaMaker {
    let folder: String
    /// Takes one line per file made.
    let report: @Sendable (String) -> Void

    func make() async throws {
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let stamp = MediaStamp(folder: folder, name: ".version", version: DemoMediaSet.version)
        guard !stamp.isCurrent else { return }
        let lock = try await FolderLock.take(folder + "/.lock")
        defer { lock.release() }
        guard !stamp.isCurrent else { return }
        let isOld = stamp.exists
        let recipes = DemoMediaSet.all
        for (number, recipe) in recipes.enumerated() {
            try Task.checkCancellation()
            let target = folder + "/" + recipe.path
            if !isOld, files.fileExists(atPath: target) { continue }
            report("making demo media \(number + 1)/\(recipes.count): \(recipe.path)")
            try await make(recipe, target)
        }
        try await makePosters()
        try stamp.write()
    }

    private func make(_ recipe: MediaRecipe, _ target: String) async throws {
        let files = FileManager.default
        let parent = String(target.prefix(upTo: target.lastIndex(of: "/") ?? target.startIndex))
        try files.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let partial = folder + "/.partial"
        let errors = folder + "/.errors"
        let code = try await ChildProcess.run("ffmpeg", recipe.arguments + [partial], errors: errors)
        try Task.checkCancellation()
        guard code == 0 else {
            let text = (try? String(decoding: Data(contentsOf: URL(filePath: errors)), as: UTF8.self)) ?? ""
            throw MediaMakingError(path: recipe.path, message: String(text.prefix(500)))
        }
        guard rename(partial, target) == 0 else { throw LogFileError(path: target, code: errno) }
        try? files.removeItem(atPath: errors)
    }

    private func makePosters() async throws {
        let images = folder + "/images"
        try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
        let library = try MediaLibrary(folder: folder)
        for film in library.films where DemoMediaSet.holds(film) {
            try await makePoster(of: film, images + "/vod-\(film.id).jpg")
        }
        for series in library.series {
            guard let first = series.episodes.first else { continue }
            try await makePoster(of: first.film, images + "/series-\(series.id).jpg")
        }
    }

    /// Posters are in portrait format and larger than phones need.
    private func makePoster(of film: Film, _ path: String) async throws {
        let code = try await ChildProcess.run(
            "ffmpeg",
            [
                "-nostdin", "-v", "error", "-y", "-ss", "1.5", "-i", film.path, "-frames:v", "1", "-vf",
                "scale=1000:1500:force_original_aspect_ratio=increase,crop=1000:1500", "-q:v", "3", path,
            ])
        guard code == 0 else { throw MediaMakingError(path: path, message: "no picture") }
    }
}

struct MediaMakingError: Error, CustomStringConvertible {
    let path: String
    let message: String
    var description: String { "ffmpeg could not make \(path): \(message)" }
}
