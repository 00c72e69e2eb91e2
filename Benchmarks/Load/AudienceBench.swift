import ArgumentParser
import Contracts
import Foundation
import NIOCore
import TestSupport

/// Thousands of viewers of three channels on one gateway, at the pace of real players.
struct AudienceBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audience",
        abstract: "5,000 viewers of 3 channels on one gateway: errors, p99, Redis commands, memory.",
        discussion: """
            Channels are published through Redis as a transcoder does it, from segments made before (Big Buck Bunny in 360p); \
            nothing is encoded meanwhile. Viewers are connections of this process and share the machine's cores with the \
            gateway and Redis; how late they sent is printed. Takes about three minutes.
            """)

    @Option(help: "Viewers at once.") var viewers = 5_000
    @Option(help: "Viewers of the run that it is compared with.") var few = 500
    @Option(help: "Seconds that are measured, after all have begun.") var seconds = 40
    @Option(help: "Where footage is kept.") var cache = ".build/bench"
    @OptionGroup var strictness: Strictness

    /// Bounds that the project set itself, seconds.
    private enum Bound {
        static let playlist = 0.020
        static let segment = 0.100
        /// Redis commands with ten times the viewers.
        static let commands = 1.25
        /// Bytes of the gateway per further viewer.
        static let memory = 64 << 10
    }
    private static let channels = [8, 9, 10]
    /// Seconds over which viewers come.
    private static let arrival = 20.0

    func validate() throws {
        guard (30...15_000).contains(viewers) else { throw ValidationError("--viewers takes 30…15000, as 5000") }
        guard (3...viewers).contains(few) else { throw ValidationError("--few takes 3 to --viewers, as 500") }
        guard (5...600).contains(seconds) else { throw ValidationError("--seconds takes 5…600, as 40") }
    }

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        let folder = URL(filePath: cache).absoluteURL
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try allowDescriptors()
        let segments = try PhoneFootage.segments(in: folder)
        let channels = try Self.channels.map {
            RecordedChannel(
                stream: try BenchStack.stream($0), rendition: PhoneFootage.rendition, segments: segments)
        }
        let (small, large) = try await GatewayStack.with { bench in
            try await bench.playing(channels) {
                (
                    try await round(few, channels, bench, name: "few"),
                    try await round(viewers, channels, bench, name: "many")
                )
            }
        }
        let table = report(small, large)
        table.show()
        return table.isWithinBounds
    }

    private func round(
        _ count: Int, _ channels: [RecordedChannel], _ bench: GatewayStack, name: String
    ) async throws -> AudienceRound {
        let scripts = (0..<count).map { number in
            ViewerScript(
                stream: "\(channels[number % channels.count].stream)", rendition: PhoneFootage.rendition.name,
                session: "\(name)-viewer-\(number)", offset: Self.arrival * Double(number) / Double(count))
        }
        let watch = AudienceWatch(bench)
        // Whoever comes last has had the first three segments by then.
        let client = LoadClient(port: bench.port, warmUp: Self.arrival + 6, seconds: Double(seconds))
        let load = try await client.run(scripts, begun: watch.begin, ended: watch.end)
        return await AudienceRound(count, load, watch)
    }

    private func report(_ small: AudienceRound, _ large: AudienceRound) -> FigureTable {
        var table = FigureTable(
            "\(viewers) viewers of \(Self.channels.count) channels in \(PhoneFootage.rendition.name), one gateway, "
                + "\(seconds) s, \(Machine.description)")
        let load = large.load
        let errors = load.errorCount + small.load.errorCount
        table.require(
            "errors", errors == 0 ? "0" : "\(errors), first: \((load.errors + small.load.errors)[0])", "= 0",
            isMet: errors == 0)
        let owed = Double(viewers) / Double(RecordedChannel.pace) * load.seconds
        let segments = load.times[.segment]?.count ?? 0
        table.ratio("segments got, by one per viewer and 4 s", Double(segments) / owed, atLeast: 0.95)
        table.note("requests a second", String(format: "%.0f", Double(load.requestCount) / load.seconds))
        table.note("megabits a second", String(format: "%.0f", Double(load.bytes) * 8 / 1e6 / load.seconds))
        table.seconds("playlist, median", load.quantile(0.5, of: .playlist))
        table.seconds("playlist, p99", load.quantile(0.99, of: .playlist), atMost: Bound.playlist)
        table.seconds("segment, median", load.quantile(0.5, of: .segment))
        table.seconds("segment, p99", load.quantile(0.99, of: .segment), atMost: Bound.segment)
        table.seconds("of these times, sent late by the viewers' own thread, p99", load.lateness.quantile(0.99))
        table.note(
            "cores: gateway / viewers and publishing",
            String(format: "%.2f / %.2f", large.gatewayCores, large.clientCores))
        table.note(
            "cores of the machine: in use / taken by its host's other guests",
            String(format: "%.2f / %.2f", large.machine.busy / load.seconds, large.machine.stolen / load.seconds))
        table.note(
            "gateway / viewers with \(few) viewers",
            String(format: "%.2f / %.2f", small.gatewayCores, small.clientCores))
        table.note(
            "cores of Redis: coordination / media, at \(few)",
            String(format: "%.3f / %.3f", small.redisCores, small.mediaCores))
        table.note("at \(viewers)", String(format: "%.3f / %.3f", large.redisCores, large.mediaCores))
        redis(small, large, in: &table)
        let growth = (large.memory - small.memory) / max(1, viewers - few)
        table.note(
            "gateway's resident memory at \(few) / \(viewers)", "\(small.memory >> 20) / \(large.memory >> 20) MiB")
        table.require(
            "per further viewer", "\(growth >> 10) KiB", "≤ \(Bound.memory >> 10) KiB", isMet: growth <= Bound.memory)
        return table
    }

    private func redis(_ small: AudienceRound, _ large: AudienceRound, in table: inout FigureTable) {
        table.note(
            "Redis commands a second, scripts' own included, at \(few) / \(viewers)",
            String(format: "%.1f / %.1f", small.callRate, large.callRate))
        table.note(
            "of these, scripts started",
            String(format: "%.1f / %.1f", small.scriptRate, large.scriptRate))
        table.ratio(
            "commands at \(viewers) by those at \(few)", large.callRate / small.callRate, atMost: Bound.commands)
        table.note("most frequent at \(viewers), in \(seconds) s", large.calls.top)
    }

    /// A descriptor for each viewer, here and in the gateway, which inherits the limit.
    private func allowDescriptors() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let wanted = viewers + 200
        guard limit.rlim_cur >= wanted else {
            throw ValidationError("\(wanted) open files are needed, ulimit -Hn is \(limit.rlim_max)")
        }
    }
}
