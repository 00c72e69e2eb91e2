import Foundation

/// A provider's folder of films in which every film is one that nobody has asked for yet: many names of few files.
struct FilmShelf {
    /// For `DemoProvider --media`.
    let folder: URL

    private static let firstID = 1000

    /// - Parameter films: each with how many times it stands on the shelf.
    init(_ films: [(film: FilmFootage, count: Int)], in directory: URL) throws {
        let files = FileManager.default
        folder = directory.appending(path: "shelf-\(UUID().uuidString.prefix(8))")
        let movies = folder.appending(path: "movies")
        try files.createDirectory(at: movies, withIntermediateDirectories: true)
        var id = Self.firstID
        for (film, count) in films {
            for _ in 0..<count {
                try files.linkItem(at: film.url, to: movies.appending(path: "\(id) \(film.kind.rawValue).mkv"))
                id += 1
            }
        }
    }

    /// Stream names in the order of the films that the shelf was made with.
    static func streams(_ counts: [Int]) -> [[String]] {
        var id = firstID
        return counts.map { count in
            defer { id += count }
            return (id..<id + count).map { "vod-\($0)" }
        }
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
