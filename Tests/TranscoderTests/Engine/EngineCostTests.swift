import Foundation
import Live
import TestSupport
import Testing

/// What the engine takes from the machine. Wide limits: the exact figures are the benchmark's.
@Suite(.serialized) struct EngineCostTests {
    /// Also in a debug build, one core does the ladder of a 720p25 channel in real time.
    @Test func theLadderKeepsUp() async throws {
        let output = RecordingOutput()
        let engine = LiveEngine(
            start: .test, source: ScriptedSource(.bytes(try await EngineClip.hd25.bytes())), output: output,
            clock: FileClock())
        let record = await engine.record(output)
        #expect(record.outcome == .stopped)
        let figures = engine.snapshot
        #expect(figures.outputSeconds >= 9.9)
        #expect(
            figures.cpuSeconds < figures.outputSeconds, "\(figures.cpuSeconds) CPU s for \(figures.outputSeconds) s")
    }

    @Test func memoryDoesNotGrow() async throws {
        var settings = LiveEngineSettings.small
        settings.ladder = [settings.ladder[1]]
        let clip = try await EngineClip.sound.bytes()
        let early = Resident()
        let late = Resident()
        let bytes = Array(repeatElement(clip, count: 8).joined())
        let output = CountingOutput { count in
            if count == 5 { early.sample() }
            if count == 12 { late.sample() }
        }
        let engine = LiveEngine(
            settings: settings, start: .test, source: ScriptedSource(.bytes(bytes)), output: output, clock: FileClock())
        engine.start()
        await engine.joined()
        let (before, after) = (early.bytes, late.bytes)
        #expect(before > 0 && after > 0)
        // Other tests run beside it; pictures that are not let go would be 250 MB.
        #expect(after - before < 128 << 20, "\(before) bytes, then \(after)")
    }
}

/// Resident memory of this process at one moment.
private final class Resident: @unchecked Sendable {
    // Written on the engine's assembler thread, read after it was joined.
    private(set) var bytes = 0

    func sample() {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        bytes = fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
    }
}
