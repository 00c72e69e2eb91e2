import ArgumentParser
import Foundation
import TestSupport

/// Plays every demo film in every quality from the start, the middle and the end, with the `ffmpeg` command as the player.
struct DemoFilmsBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "films",
        abstract: "Every demo film in every quality by ffmpeg, from the start, the middle and the end.",
        discussion: "Prints what does not play, and with --strict ends with 1 for it. Takes about five minutes.")

    @OptionGroup var strictness: Strictness

    /// Of the demo set: a page and an empty file under the names of films.
    private static let bad: Set<Int> = [1924, 1925]
    private static let films = Array(1901...1926) + Array(9061...9065)
    /// Pictures that a second has at least: the slowest film has 12.5 a second, and the end may be cut.
    private static let fewest = 10

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        var options = DashStack.Options()
        options.transcoders = 2
        let table = try await BenchStack.with(options) { bench in
            var table = FigureTable(
                "demo films by ffmpeg: quality, pictures of the first second / from the middle / to the end")
            for film in Self.films { try await play(film, bench.stack.url, into: &table) }
            return table
        }
        table.show()
        return table.isWithinBounds
    }

    private func play(_ film: Int, _ base: String, into table: inout FigureTable) async throws {
        let page = try await SimpleHTTP.send("GET", "\(base)/api/stream/vod/\(film)?format=json", seconds: 60)
        let answer = try ControlValue(json: page.body)
        guard page.status == 200 else {
            let isExpected = Self.bad.contains(film) && answer["code"].text != nil
            table.require("\(film)", "\(page.status) \(answer["code"])", "plays", isMet: isExpected)
            return
        }
        guard case .number(let seconds) = answer["duration"] else { throw DashStack.NotReady(description: page.text) }
        var results: [String] = []
        var isWhole = !Self.bad.contains(film)
        for quality in answer["qualities"].list {
            guard let name = quality["name"].text, let url = quality["url"].text else { continue }
            let counts = Place.all(of: seconds).map { pictures(url, at: $0) }
            results.append("\(name) \(counts.map { $0.map(String.init) ?? "–" }.joined(separator: "/"))")
            isWhole = isWhole && counts.allSatisfy { $0 ?? 0 >= Self.fewest }
        }
        table.require(
            "\(film) (\(answer["container"].text ?? "?"), \(answer["decision"].text ?? "?"))",
            results.joined(separator: ", "), "all play", isMet: isWhole && !results.isEmpty)
    }

    /// How many pictures were decoded; nil: it does not play.
    private func pictures(_ url: String, at place: Place) -> Int? {
        let output = try? Tool.ffmpeg.run(
            ["-stats"] + place.jump + ["-i", url] + place.length + ["-map", "0:v", "-f", "null", "-"])
        let last = output?.components(separatedBy: "frame=").last?.drop { $0 == " " }.prefix { $0.isNumber }
        return last.flatMap { Int($0) }
    }

    /// Where the command begins, as options before its input, and how long it goes on.
    ///
    /// After a jump it leaves out all that lies before the next key picture (`hls.c`), which may be a segment of 4 s away.
    private struct Place {
        let jump: [String]
        let length: [String]

        static func all(of seconds: Double) -> [Place] {
            [
                Place(jump: [], length: ["-t", "1"]),
                Place(jump: ["-ss", "\(seconds / 2)"], length: ["-t", "6"]),
                Place(jump: ["-ss", "\(max(0, seconds - 9))"], length: []),
            ]
        }
    }
}
