import ArgumentParser
import Foundation
import TestSupport

/// What a viewer notices when the worker of their channel is killed.
struct TakeoverBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "takeover",
        abstract: "kill -9 of the owner: time to the next segment, and how long a player stalls.")

    @Option(help: "Kills.") var runs = 6
    @Option(help: "Channel of the demo set.") var channel = 8
    @OptionGroup var strictness: Strictness

    private enum Bound {
        static let nextSegment = 10.0
        static let stall = 5.0
    }
    private static let behind = 12.0

    func validate() throws {
        guard (1...100).contains(runs) else { throw ValidationError("--runs takes 1…100, as 6") }
    }

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        var options = DashStack.Options()
        options.transcoders = 2
        let (times, stalls, peak) = try await BenchStack.with(options) { bench in
            let viewing = try await Viewing.begin(bench.stack.master(channel), rendition: "360p")
            var times = Samples()
            var stalls = Samples()
            for _ in 0..<runs {
                let (time, stall) = try await round(bench, viewing)
                times.add(time)
                stalls.add(stall)
            }
            return (times, stalls, try await bench.provider.counters().peak)
        }
        var table = FigureTable("takeover of channel \(channel), \(runs) × kill -9 of its owner")
        table.seconds("kill → next owner's first segment in the same playlist, median", times.median)
        table.seconds("worst", times.maximum, atMost: Bound.nextSegment)
        table.seconds("longest stall of a player \(Int(Self.behind)) s behind the edge, median", stalls.median)
        table.seconds("longest stall, worst", stalls.maximum, atMost: Bound.stall)
        table.require("provider connections, most at once", "\(peak)", "= 1", isMet: peak == 1)
        table.show()
        return table.isWithinBounds
    }

    /// One kill in steady play, from a full buffer to a full buffer.
    private func round(_ bench: BenchStack, _ viewing: Viewing) async throws -> (time: Double, stall: Double) {
        let watch = EdgeWatch()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watch.follow(viewing) }
            defer { group.cancelAll() }
            // Past the short first segments: then the edge has the distance that it keeps.
            let steady = try await watch.wait("steady play", seconds: 60) { entries in
                entries.count >= 6 && entries.suffix(2).allSatisfy { $0.arrival.duration > 3 } ? entries.last : nil
            }
            // At any moment of a segment.
            try await Task.sleep(for: .milliseconds(.random(in: 0...4000)))
            let owner = try await bench.stack.owner(of: "live-\(channel)")
            let killed = watch.now
            try await owner.kill()
            let next = try await watch.wait("another owner", seconds: 60) { entries in
                entries.first { $0.epoch != steady.epoch && $0.arrival.at > killed }
            }
            try owner.start()
            // The player gets to what was late.
            _ = try await watch.wait("play after the kill", seconds: 60) { entries in
                entries.last.flatMap { $0.sequence >= next.sequence + 6 ? $0 : nil }
            }
            let player = SimulatedPlayer(watch.entries.map(\.arrival), behind: Self.behind)
            return (next.arrival.at - killed, player.longest)
        }
    }
}
