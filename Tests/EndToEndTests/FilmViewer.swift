import Foundation
import TestSupport
import Testing

/// A viewer of one rendition of a film, who takes segments one by one and is as patient as a player with a full buffer.
struct FilmViewer: Sendable {
    let gateway: String
    /// Absolute addresses, in order.
    let segments: [String]

    /// Opens the rendition's playlist; follows a redirect to the film's own name.
    init(_ gateway: String, _ film: String, _ rendition: String) async throws {
        self.gateway = gateway
        var url = "\(gateway)/api/hls/\(film)/\(rendition).m3u8"
        var playlist = try await SimpleHTTP.send("GET", url, seconds: 40)
        if playlist.status == 302, let location = playlist.header("location") {
            url = gateway + location
            playlist = try await SimpleHTTP.send("GET", url, seconds: 40)
        }
        try #require(playlist.status == 200, "\(playlist.status) \(playlist.text)")
        let folder = url.prefix(through: try #require(url.lastIndex(of: "/")))
        segments = playlist.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.contains("://") ? String($0) : "\(folder)\($0)" }
    }

    /// One segment. A refusal is what a player tries again after; a test fails if that takes longer than its buffer.
    func segment(_ index: Int, within patience: Duration = .seconds(40)) async throws -> [UInt8] {
        let deadline = ContinuousClock.now + patience
        var last = "no answer"
        while ContinuousClock.now < deadline {
            let answer = try? await SimpleHTTP.send("GET", segments[index], seconds: 20)
            if let answer, answer.status == 200 { return answer.body }
            last = answer.map { "\($0.status) \($0.text)" } ?? "no answer"
            try await Task.sleep(for: .milliseconds(250))
        }
        Issue.record("segment \(index) did not come: \(last)")
        return []
    }

    /// Asks, and leaves before anything can have come.
    func glance(_ index: Int) async { _ = try? await SimpleHTTP.send("GET", segments[index], seconds: 0.05) }
}

extension DashStack {
    /// How the provider's film was read: readers at once, killed ones, bytes sent and different ones among them.
    func reading(of film: String) async throws -> (peak: Int, killed: Int, opened: Int, sent: Int, distinct: Int) {
        let report = try await requireProvider().report("films")[film]
        func number(_ name: String) -> Int { report[name].int ?? -1 }
        return (number("peak"), number("killed"), number("opened"), number("bytes_sent"), number("bytes_distinct"))
    }

    /// Pieces that all transcoders have made.
    func piecesMade() async throws -> Int {
        var sum = 0
        for transcoder in transcoders where transcoder.isRunning {
            guard let port = adminPorts[transcoder.name] else { continue }
            let metrics = try await SimpleHTTP.send("GET", "http://127.0.0.1:\(port)/metrics").text
            let line = metrics.split(separator: "\n").first { $0.hasPrefix("film_pieces_delivered_total") }
            sum += line.flatMap { $0.split(separator: " ").last.flatMap { Double($0) } }.map { Int($0) } ?? 0
        }
        return sum
    }
}
