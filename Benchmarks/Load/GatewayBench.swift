import ArgumentParser
import Contracts
import Foundation
import NIOCore
import TestSupport

/// The gateway under load, beside nginx that serves the same bytes from files.
struct GatewayBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "The gateway beside nginx with the same bytes: segments, live playlists, p99 at 70 % of the maximum.",
        discussion: """
            A channel is published through Redis as a transcoder does it; wrk asks both servers in turn, in the same run: each for \
            as much as it can give and then for 70 % of that, each request due at its own time; nginx is asked at the gateway's pace, \
            too. Medians of the rounds count. Takes about three minutes.
            """)

    @Option(help: "Seconds of each run.") var seconds = 5
    @Option(help: "Rounds; medians count.") var rounds = 3
    @OptionGroup var strictness: Strictness

    /// Bounds that the project set itself, as ratios to nginx.
    private enum Bound {
        static let throughput = 1.0
        static let playlistCPU = 8.0
        static let p99 = 2.0
    }
    private static let segmentBytes = 1 << 20
    private static let share = 0.7
    private static let workers = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard (1...60).contains(seconds) else { throw ValidationError("--seconds takes 1…60, as 5") }
        guard (1...20).contains(rounds) else { throw ValidationError("--rounds takes 1…20, as 3") }
    }

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-load-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let channel = RecordedChannel(
            stream: try BenchStack.stream(8), rendition: LiveLadder.p720,
            segments: (0..<RecordedChannel.window).map { Self.bytes(UInt8($0)) })
        let table = try await GatewayStack.with { bench in
            try await bench.playing([channel]) {
                let duel = GatewayDuel(bench: bench, channel: channel, folder: folder)
                try await duel.copyFiles()
                return try await StaticNginx.with(folder, workers: Self.workers) { try await report(duel, $0) }
            }
        }
        table.show()
        return table.isWithinBounds
    }

    private func report(_ duel: GatewayDuel, _ nginx: StaticNginx) async throws -> FigureTable {
        var table = FigureTable(
            "gateway beside nginx, \(Self.workers) workers each, \(rounds) × \(seconds) s, \(Machine.description)")
        for kind in [LoadRequest.Kind.segment, .playlist] {
            let rounds = try await measure(kind, duel, nginx)
            let errors = rounds.flatMap(\.all).reduce(0) { $0 + $1.errors }
            table.require("\(kind)s: errors", "\(errors)", "= 0", isMet: errors == 0)
            let (our, their) = (Round.median(rounds, \.our.most), Round.median(rounds, \.their.most))
            table.note(
                "\(kind)s a second: gateway / nginx", String(format: "%.0f / %.0f", our.requests, their.requests))
            if kind == .segment {
                table.note("MB/s: gateway / nginx", String(format: "%.0f / %.0f", our.bytes / 1e6, their.bytes / 1e6))
                table.ratio("\(kind)s: throughput by nginx's", our.requests / their.requests, atLeast: Bound.throughput)
            }
            table.note(
                "CPU per 1,000 \(kind)s: gateway / nginx",
                String(format: "%.0f / %.0f ms", our.cpu * 1000, their.cpu * 1000))
            if kind == .playlist { table.ratio("by nginx's", our.cpu / their.cpu, atMost: Bound.playlistCPU) }
            let paced = [
                Round.median(rounds, \.our.paced), Round.median(rounds, \.their.paced), Round.median(rounds, \.beside),
            ]
            func note(_ name: String, _ format: String, _ value: (GatewayDuel.Load) -> Double) {
                let texts = paced.map { String(format: format, value($0)) }
                table.note("\(name): gateway / nginx / nginx at the gateway's pace", texts.joined(separator: " / "))
            }
            note("\(kind)s a second at 70 %", "%.0f", \.requests)
            note("p99 of these, ms", "%.2f") { $0.p99 * 1000 }
            table.ratio("p99 by nginx's", paced[0].p99 / paced[1].p99, atMost: Bound.p99)
        }
        return table
    }

    /// One server at its maximum and, at once after that, at 70 % of it: minutes later the machine may give another maximum.
    private struct Pair {
        let most: GatewayDuel.Load
        let paced: GatewayDuel.Load
    }

    private struct Round {
        let our: Pair
        let their: Pair
        /// nginx, which has more to give, at the gateway's pace.
        let beside: GatewayDuel.Load

        var all: [GatewayDuel.Load] { [our.most, our.paced, their.most, their.paced, beside] }

        static func median(_ rounds: [Round], _ load: (Round) -> GatewayDuel.Load) -> GatewayDuel.Load {
            .median(rounds.map(load))
        }
    }

    private func measure(
        _ kind: LoadRequest.Kind, _ duel: GatewayDuel, _ nginx: StaticNginx
    ) async throws -> [Round] {
        func pair(_ nginx: StaticNginx?) async throws -> Pair {
            let most = try await duel.load(nginx, kind, seconds: seconds)
            let rate = most.requests * Self.share
            return Pair(most: most, paced: try await duel.load(nginx, kind, rate: rate, seconds: seconds))
        }
        var all: [Round] = []
        for _ in 0..<rounds {
            let (their, our) = (try await pair(nginx), try await pair(nil))
            let rate = our.most.requests * Self.share
            let beside = try await duel.load(nginx, kind, rate: rate, seconds: seconds)
            all.append(Round(our: our, their: their, beside: beside))
        }
        return all
    }

    /// A megabyte that differs from segment to segment.
    private static func bytes(_ seed: UInt8) -> ByteBuffer {
        ByteBuffer(bytes: (0..<segmentBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) ^ seed })
    }
}
