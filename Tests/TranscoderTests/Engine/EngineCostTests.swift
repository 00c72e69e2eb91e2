import Foundation
import Live
import TestSupport
import Testing

/// What the engine takes from the machine, and that it says so. How much that is, is the benchmark's to judge.
@Suite(.serialized) struct EngineCostTests {
    @Test func theFiguresAddUp() async throws {
        let output = RecordingOutput()
        let engine = LiveEngine(
            start: .test, source: ScriptedSource(.bytes(try await EngineClip.hd25.bytes())), output: output,
            clock: FileClock())
        let before = processorSeconds()
        let record = await engine.record(output)
        let used = processorSeconds() - before
        #expect(record.outcome == .stopped)
        let figures = engine.snapshot
        #expect(figures.outputSeconds >= 9.9)
        // It cannot have used more than the whole process; 10 s of three rungs take more than a moment.
        #expect(figures.cpuSeconds > 0.5 && figures.cpuSeconds <= used, "\(figures.cpuSeconds) of \(used) CPU s")
        #expect(figures.queuedPackets == 0 && figures.queuedBytes == 0 && figures.pendingUnits == 0)
    }

    /// In a process of its own: nothing else is measured.
    @Test func memoryDoesNotGrow() async throws {
        await #expect(processExitsWith: .success) {
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
                settings: settings, start: .test, source: ScriptedSource(.bytes(bytes)), output: output,
                clock: FileClock())
            engine.start()
            await engine.joined()
            let (before, after) = (early.bytes, late.bytes)
            #expect(before > 0 && after > 0)
            // Pictures that are not let go would be 250 MB.
            #expect(after - before < 32 << 20, "\(before) bytes, then \(after)")
        }
    }
}

/// CPU seconds of this process.
private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
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
