import ArgumentParser
import Contracts
import Foundation
import TestSupport

/// One viewer who zaps on an account of one connection.
struct ZapBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zap",
        abstract: "max_connections=1: from the request of the new channel to its first segment, over 20 zaps.")

    @Option(help: "Zaps.") var runs = 20
    @Option(help: "Seconds that the viewer stays on a channel.") var stay = 3.0
    @OptionGroup var strictness: Strictness

    private static let medianBound = 3.0
    private static let channels = [8, 16]

    func validate() throws {
        guard (1...1000).contains(runs) else { throw ValidationError("--runs takes 1…1000, as 20") }
        guard (0...60).contains(stay) else { throw ValidationError("--stay takes 0…60 s, as 3") }
    }

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        var options = DashStack.Options()
        options.transcoders = 2
        options.providerOptions = ["--max-connections", "1"]
        let table = try await BenchStack.with(options) { bench in
            let watch = ReservationWatch()
            let ledger = SlotLedger(redis: bench.redis, keys: bench.keys)
            let (times, changes) = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watch.run(ledger) }
                defer { group.cancelAll() }
                return try await zap(bench)
            }
            var table = FigureTable("zap with max_connections = 1, \(runs) times between two 720p channels")
            table.seconds("request → first segment of the new channel, median", times.median, atMost: Self.medianBound)
            table.seconds("p95", times.p95)
            table.seconds("worst", times.maximum)
            table.seconds("… request → the provider sees the old connection closed, median", changes.closed.median)
            table.seconds("… → new connection opened, median", changes.opened.median)
            table.require(
                "reservations, most at once (\(watch.count) looks)", "\(watch.most)", "= 1", isMet: watch.most == 1)
            let counters = try await bench.provider.counters()
            table.require(
                "provider connections, most at once", "\(counters.peak)", "= 1", isMet: counters.peak == 1)
            return table
        }
        table.show()
        return table.isWithinBounds
    }

    /// What the provider saw of the zaps, seconds since each request.
    private struct Changes {
        var closed = Samples()
        var opened = Samples()
    }

    private func zap(_ bench: BenchStack) async throws -> (times: Samples, changes: Changes) {
        let session = "bench-\(UUID().uuidString.prefix(8))"
        var times = Samples()
        var changes = Changes()
        // The first is a cold start, not a zap.
        for turn in 0...runs {
            let channel = Self.channels[turn % Self.channels.count]
            let sequence = try await bench.provider.report("log")["next"].int ?? 0
            let begin = Date().timeIntervalSince1970
            let viewing = try await Viewing.begin(bench.stack.master(channel), session: session)
            guard let segment = try await viewing.load().segments.first, isNew(segment, since: begin) else {
                throw Viewing.Refused(status: 200, text: "the playlist of the last time is still given")
            }
            _ = try await viewing.fetch(segment)
            let end = Date().timeIntervalSince1970
            if turn > 0 {
                times.add(end - begin)
                for event in try await bench.provider.report("log?since=\(sequence)")["events"].list {
                    guard event["kind"].text == "live", let time = event["unix_ms"].int else { continue }
                    let after = Double(time) / 1000 - begin
                    if event["event"].text == "close" { changes.closed.add(after) }
                    if event["event"].text == "open" { changes.opened.add(after) }
                }
            }
            try await linger(viewing)
        }
        return (times, changes)
    }

    /// Segments are named after their owner's epoch, which is the time of the claim in ms.
    private func isNew(_ segment: MediaPlaylist.Segment, since begin: Double) -> Bool {
        let name = segment.uri.split(separator: "/").last ?? ""
        return (Double(name.prefix { $0 != "-" }) ?? 0) / 1000 >= begin - 0.01
    }

    /// Watches for a while, so that each channel has run when it is left.
    private func linger(_ viewing: Viewing) async throws {
        let end = ContinuousClock.now + .seconds(stay)
        while ContinuousClock.now < end {
            _ = try await viewing.load()
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
