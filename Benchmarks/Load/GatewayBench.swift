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
            A channel is published through Redis as a transcoder does it; wrk asks both servers in turn, in the same run. wrk \
            knows no steady pace, so p99 is measured by a client of our own whose requests are due at fixed times; an answer's time \
            counts from then. Each server gets 70 % of what it answers this client, which takes more of the cores that it shares \
            with the servers than wrk does. Medians of the runs count. Takes about four minutes.
            """)

    @Option(help: "Seconds of each run.") var seconds = 5
    @Option(help: "Runs of each; medians count.") var rounds = 3
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
    private static let connections = 64

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
            var (ours, theirs): ([GatewayDuel.Load], [GatewayDuel.Load]) = ([], [])
            for _ in 0..<rounds {
                theirs.append(try await duel.load(nginx, kind, connections: Self.connections, seconds: seconds))
                ours.append(try await duel.load(nil, kind, connections: Self.connections, seconds: seconds))
            }
            let errors = (ours + theirs).reduce(0) { $0 + $1.errors }
            let (our, their) = (GatewayDuel.Load.median(ours), GatewayDuel.Load.median(theirs))
            table.require("\(kind)s: errors", "\(errors)", "= 0", isMet: errors == 0)
            let isSegment = kind == .segment
            table.note(
                "\(kind)s a second: gateway / nginx", String(format: "%.0f / %.0f", our.requests, their.requests))
            if isSegment {
                table.note("MB/s: gateway / nginx", String(format: "%.0f / %.0f", our.bytes / 1e6, their.bytes / 1e6))
                table.ratio("\(kind)s: throughput by nginx's", our.requests / their.requests, atLeast: Bound.throughput)
            }
            table.note(
                "CPU per 1,000 \(kind)s: gateway / nginx",
                String(format: "%.0f / %.0f ms", our.cpu * 1000, their.cpu * 1000))
            if !isSegment { table.ratio("by nginx's", our.cpu / their.cpu, atMost: Bound.playlistCPU) }
            try await paced(duel, nginx, kind, in: &table)
        }
        return table
    }

    /// Each server at 70 % of what it answers this client; nginx, which has more to give, at the gateway's pace, too.
    private func paced(
        _ duel: GatewayDuel, _ nginx: StaticNginx, _ kind: LoadRequest.Kind, in table: inout FigureTable
    ) async throws {
        let their = try await duel.most(nginx, kind, seconds: Double(seconds))
        let our = try await duel.most(nil, kind, seconds: Double(seconds))
        table.note("most \(kind)s a second by our client: gateway / nginx", String(format: "%.0f / %.0f", our, their))
        var (theirs, ours, beside): ([LoadFigures], [LoadFigures], [LoadFigures]) = ([], [], [])
        for _ in 0..<rounds {
            theirs.append(try await duel.pace(nginx, kind, rate: their * Self.share, seconds: Double(seconds)))
            ours.append(try await duel.pace(nil, kind, rate: our * Self.share, seconds: Double(seconds)))
            beside.append(try await duel.pace(nginx, kind, rate: our * Self.share, seconds: Double(seconds)))
        }
        let errors = (ours + theirs + beside).reduce(0) { $0 + $1.errorCount }
        table.require("\(kind)s at 70 %: errors", "\(errors)", "= 0", isMet: errors == 0)
        /// Medians of the runs, as text.
        func note(_ name: String, _ format: String, _ value: (LoadFigures) -> Double) {
            let middles = [ours, theirs, beside].map { String(format: format, Samples($0.map(value)).median) }
            table.note("\(name): gateway / nginx / nginx at the gateway's pace", middles.joined(separator: " / "))
        }
        note("answered a second", "%.0f") { Double($0.requestCount) / $0.seconds }
        note("p99, ms", "%.2f") { $0.quantile(0.99, of: kind) * 1000 }
        note("of that, sent late by the client, p99, ms", "%.2f") { $0.lateness.quantile(0.99) * 1000 }
        let p99 = [ours, theirs].map { Samples($0.map { $0.quantile(0.99, of: kind) }).median }
        table.ratio("p99 by nginx's", p99[0] / p99[1], atMost: Bound.p99)
    }

    /// A megabyte that differs from segment to segment.
    private static func bytes(_ seed: UInt8) -> ByteBuffer {
        ByteBuffer(bytes: (0..<segmentBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) ^ seed })
    }
}
