import Contracts
import Dispatch
import Live
import Synchronization
import TestSupport
import Testing

/// Outages, wishes from outside and the end, by a clock that runs faster than the machine's.
@Suite(.serialized) struct EngineLifeTests {
    private let clock = SystemClock(speed: 4)

    private func engine(
        _ source: ScriptedSource, _ output: RecordingOutput, _ settings: LiveEngineSettings = .small,
        clock: (any LiveClock)? = nil
    ) -> LiveEngine {
        LiveEngine(settings: settings, start: .test, source: source, output: output, clock: clock ?? self.clock)
    }

    private func seconds(_ record: RecordingOutput.Record) -> Double {
        record.segments.reduce(0) { $0 + Double($1.record.duration) / 90_000 }
    }

    @Test func holdsThePictureWhileTheSourceIsAwayThenGivesUp() async throws {
        var settings = LiveEngineSettings.small
        settings.giveUpAfter = .seconds(8)
        let source = ScriptedSource(
            .bytes(try await EngineClip.sound.bytes()),
            .refused(LiveSourceError(code: "channel_offline", message: "Off.")))
        let output = RecordingOutput()
        let record = await engine(source, output, settings).record(output)
        #expect(record.outcome == .gaveUp(StreamReason(code: "channel_offline", message: "Off.")))
        #expect(record.states.contains(.reconnecting))
        let report = record.complete.recording.validate()
        #expect(report.isValid, "\(report)")
        // 6 s came, in however much time that took, and 8 s were held.
        #expect((13...26).contains(seconds(record)), "\(seconds(record)) s")
    }

    @Test func goesOnAfterAStall() async throws {
        var settings = LiveEngineSettings.small
        settings.stallAfter = .seconds(3)
        settings.giveUpAfter = .seconds(20)
        let clip = try await EngineClip.sound.bytes()
        let source = ScriptedSource(
            .stalling(clip), .stalling(clip), .refused(LiveSourceError(code: "gone", message: "Gone.")))
        let output = RecordingOutput()
        let record = await engine(source, output, settings).record(output)
        #expect(source.connections >= 3)
        let report = record.complete.recording.validate()
        #expect(report.isValid, "\(report)")
        let beeps = try await BeepMeter.measure(record.recording.renditions[0].concatenated)
        #expect(beeps.count >= 4)
        #expect(beeps.allSatisfy { abs($0.offset) < 40 }, "\(beeps.map(\.offset))")
    }

    @Test func soundStaysWithThePictureWhenABacklogIsCut() async throws {
        var settings = LiveEngineSettings.small
        settings.giveUpAfter = .seconds(4)
        let clip = try await EngineClip.sound.bytes()
        let rate = clip.count / EngineClip.sound.length
        let source = ScriptedSource(
            .paced(clip, perSecond: rate, burst: rate, clock: clock),
            .paced(clip + clip, perSecond: rate, burst: 4 * rate, clock: clock),
            .refused(LiveSourceError(code: "gone", message: "Gone.")))
        let output = RecordingOutput()
        let engine = engine(source, output, settings)
        let record = await engine.record(output)
        #expect(engine.snapshot.droppedFrames > 0)
        let report = record.complete.recording.validate()
        #expect(report.isValid, "\(report)")
        let beeps = try await BeepMeter.measure(record.recording.renditions[0].concatenated)
        #expect(beeps.count >= 10, "\(beeps)")
        #expect(beeps.allSatisfy { abs($0.offset) < 40 }, "\(beeps)")
    }

    @Test func failsAtOnceWhenItIsFinal() async throws {
        let source = ScriptedSource(.refused(LiveSourceError(code: "provider_refused", message: "No.", isFinal: true)))
        let output = RecordingOutput()
        let record = await engine(source, output).record(output)
        #expect(record.outcome == .failed(StreamReason(code: "provider_refused", message: "No.")))
        #expect(source.connections == 1)
    }

    @Test func failsWithItsReasonWhenNoPictureEverComes() async throws {
        let source = ScriptedSource(.refused(LiveSourceError(code: "channel_offline", message: "Off.")))
        let output = RecordingOutput()
        let record = await engine(source, output, .impatient).record(output)
        #expect(record.outcome == .failed(StreamReason(code: "channel_offline", message: "Off.")))
    }

    @Test func stopEndsAllThreads() async throws {
        let first = AsyncStream<Void>.makeStream()
        let output = RecordingOutput { _ in first.continuation.yield() }
        let engine = engine(ScriptedSource(.stalling(try await EngineClip.sound.bytes())), output)
        engine.start()
        for await _ in first.stream { break }
        engine.stop()
        await output.end()
        await engine.joined()
        #expect(output.recorded.outcome == .stopped)
    }

    @Test func aRenditionComesAndGoesAtBoundaries() async throws {
        let slot = EngineSlot()
        let output = RecordingOutput { segment in
            switch segment.record.sequence - LiveStart.test.sequence {
            case 0: slot.engine?.setActive(["360p", "240p"])
            case 3: slot.engine?.setActive(["240p"])
            default: break
            }
        }
        var start = LiveStart.test
        start.activeRenditions = ["240p"]
        let clip = try await EngineClip.sound.bytes()
        let engine = LiveEngine(
            settings: .small, start: start, source: ScriptedSource(.bytes(clip + clip + clip)), output: output,
            clock: FileClock())
        slot.engine = engine
        let record = await engine.record(output)
        slot.engine = nil
        let with = record.segments.map { $0.bytes["360p"] != nil }
        #expect(with.first == false && with.last == false && with.contains(true))
        let report = record.complete.recording.validate()
        #expect(report.isValid, "\(report)")
    }

    @Test func sheddingSubstitutesTheNextLower() async throws {
        let slot = EngineSlot()
        let output = RecordingOutput { segment in
            switch segment.record.sequence - LiveStart.test.sequence {
            case 0: slot.engine?.shed(level: 1)
            case 2: slot.engine?.shed(level: 2)
            case 4: slot.engine?.shed(level: 0)
            default: break
            }
        }
        let clip = try await EngineClip.sound.bytes()
        let engine = LiveEngine(
            settings: .small, start: .test, source: ScriptedSource(.bytes(clip + clip + clip + clip)), output: output,
            clock: FileClock())
        slot.engine = engine
        let record = await engine.record(output)
        slot.engine = nil
        let marked = record.segments.map(\.record).filter(\.discontinuity)
        #expect(marked.map { $0.parts["360p"]?.substitute } == ["240p", nil])
        var expectations = HLSExpectations.live
        expectations.allowsShedding = true
        let report = record.complete.recording.validate(expectations)
        let unexpected = report.violations.filter { $0.rule != "resolution" && $0.rule != "codecs" }
        #expect(unexpected.isEmpty, "\(report)")
    }

    @Test func timestampsStartAgainAfterTheLimit() async throws {
        var settings = LiveEngineSettings.small
        settings.resetAfter = .seconds(3)
        let clip = try await EngineClip.sound.bytes()
        let record = await convert(clip + clip, settings: settings)
        let starts = record.segments.filter(\.record.discontinuity).map(\.record)
        #expect(!starts.isEmpty)
        #expect(starts.allSatisfy { $0.start == 900_000 })
        #expect(starts.map(\.discontinuitySequence) == (1...Int64(starts.count)).map { $0 })
        let report = record.complete.recording.validate()
        #expect(report.isValid, "\(report)")
    }

    @Test func aTakeoverBeginsBehindADiscontinuity() async throws {
        var start = LiveStart.test
        start.continues = true
        start.discontinuitySequence = 4
        let record = await convert(try await EngineClip.sound.bytes(), start: start)
        let first = try #require(record.segments.first?.record)
        #expect(first.discontinuity && first.discontinuitySequence == 5)
        #expect(record.recording.validate().isValid)
    }
}

/// Lets an output speak to the engine that calls it.
private final class EngineSlot: Sendable {
    private let slot = Mutex<LiveEngine?>(nil)

    var engine: LiveEngine? {
        get { slot.withLock { $0 } }
        set { slot.withLock { $0 = newValue } }
    }
}
