import Foundation
import TestSupport

/// The running product with a shelf of films, and what its worker is doing.
struct FilmStack: Sendable {
    let bench: BenchStack

    var stack: DashStack { bench.stack }

    static func with<Result: Sendable>(
        _ shelf: FilmShelf, rtt: Int = 0, _ body: @escaping @Sendable (FilmStack) async throws -> Result
    ) async throws -> Result {
        var options = DashStack.Options()
        options.providerMedia = shelf.folder.path
        options.providerOptions = ["--rtt", "\(rtt)"]
        options.environment["FFMPEG_THREADS"] = "2"
        return try await BenchStack.with(options) { try await body(FilmStack(bench: $0)) }
    }

    func master(_ film: String) -> String { "\(stack.url)/api/hls/\(film)/master.m3u8" }

    /// Waits until no run makes anything: neither what somebody waits for nor ahead.
    func waitUntilIdle() async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        var quiet = 0
        while quiet < 3 {
            quiet = try await figure("film_runs") == 0 ? quiet + 1 : 0
            guard ContinuousClock.now < deadline else {
                throw DashStack.NotReady(description: "the worker is still making segments after two minutes")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Segments that the worker has made so far.
    func segmentsMade() async throws -> Int { Int(try await figure("film_pieces_delivered_total")) }

    /// Bytes of films that the provider has sent so far.
    func providerBytes() async throws -> Int {
        var sum = 0
        for film in try await bench.provider.report("films").members.values { sum += film["bytes_sent"].int ?? 0 }
        return sum
    }

    /// A metric of the worker; one that was never set is 0.
    private func figure(_ name: String) async throws -> Double {
        let port = stack.adminPorts["transcoder-0"] ?? 0
        let text = try await SimpleHTTP.send("GET", "http://127.0.0.1:\(port)/metrics").text
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
        return line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
    }
}
