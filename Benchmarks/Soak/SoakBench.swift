import ArgumentParser
import Foundation
import Redis
import TestSupport

/// A steady audience for long, and whether anything grows that should not.
struct SoakBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Steady load: growth of memory, descriptors, threads and Redis keys after the warm-up.")

    @Option(help: "Minutes at steady load, after the warm-up.") var minutes = 60.0
    // Six were too few: the gateway's memory grew by 2.2 % in the hour after, and by 1.3 % after ten.
    @Option(help: "Minutes of warm-up: until caches are full and pools have their threads.") var warmUp = 10.0
    @OptionGroup var strictness: Strictness

    /// Per cent, from the first quarter after the warm-up to the last.
    private static let bound = 2.0
    /// Seconds from one look to the next.
    private static let pace = 5.0

    func validate() throws {
        guard (1...1440).contains(minutes) else { throw ValidationError("--minutes takes 1…1440, as 60") }
        guard (0...60).contains(warmUp) else { throw ValidationError("--warm-up takes 0…60, as 10") }
    }

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        let notes = ChaosNotes()
        var options = DashStack.Options()
        // As it is deployed: a film's segment is made once, and comes from storage then.
        let storage = FileManager.default.temporaryDirectory.appending(path: "soak-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: storage) }
        options.environment = [
            "LOG_LEVEL": "info", "SEGMENT_STORE_URL": "file://\(storage.path)",
            // Full before the warm-up is over: what is looked for is what grows without end.
            "GATEWAY_CACHE_BYTES": "32M",
        ]
        let table = try await DashStack.with(options) { stack in
            let steady = ContinuousClock.now + .seconds(warmUp * 60)
            let end = steady + .seconds(minutes * 60)
            let audience = ChaosAudience(
                gateways: stack.urls, judge: AnswerJudge(secrets: []), notes: notes, longestSilence: 60)
            async let samples = sample(stack, from: steady, until: end)
            await audience.watch(until: end)
            return report(await samples, notes.value)
        }
        table.show()
        return table.isWithinBounds
    }

    /// Each figure's samples by its name.
    private func sample(
        _ stack: DashStack, from steady: ContinuousClock.Instant, until end: ContinuousClock.Instant
    ) async -> [String: [Double]] {
        var samples: [String: [Double]] = [:]
        try? await Task.sleep(until: steady)
        while ContinuousClock.now < end, !Task.isCancelled {
            for service in stack.services {
                guard let figures = ProcessFigures(service.pid) else { continue }
                samples["\(service.name): memory, bytes", default: []].append(figures.memory)
                samples["\(service.name): descriptors", default: []].append(figures.descriptors)
                samples["\(service.name): threads", default: []].append(figures.threads)
            }
            for (name, server) in [("coordination", stack.redis), ("media", stack.mediaRedis)] {
                let keys = try? await withRedis(on: server) { try await $0.send(["DBSIZE"]).integer }
                if let keys { samples["Redis, \(name): keys", default: []].append(Double(keys)) }
            }
            try? await Task.sleep(for: .seconds(Self.pace))
        }
        return samples
    }

    private func report(_ samples: [String: [Double]], _ totals: ChaosNotes.Totals) -> FigureTable {
        var table = FigureTable("soak, \(minutes) minutes after \(warmUp) of warm-up: first quarter → last")
        for (name, values) in samples.sorted(by: { $0.key < $1.key }) {
            guard let growth = Growth(values) else { continue }
            let text = String(format: "%.0f → %.0f, %+.1f %%", growth.first, growth.last, growth.percent)
            table.require(name, text, "≤ \(Self.bound) %", isMet: growth.percent <= Self.bound)
        }
        table.note("segments, live and film", "\(totals.segments), \(totals.filmSegments)")
        for (what, count) in totals.refusals.sorted(by: { $0.key < $1.key }) { table.note("told: \(what)", "\(count)") }
        let broken = totals.violations.list.count + totals.violations.omitted
        table.require("broken rules", "\(broken)", "= 0", isMet: broken == 0)
        return table
    }
}
