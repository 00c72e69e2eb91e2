import Contracts
import Dispatch
import Live
import Synchronization
import TestSupport
import Testing

/// Outages, wishes from outside and the end, by a clock that knows no machine's speed.
@Suite(.serialized) struct EngineLifeTests {
    private let clock = SteppedClock()

    private func engine(
        _ source: ScriptedSource, _ output: RecordingOutput, _ settings: LiveEngineSettings = .small
    ) -> LiveEngine {
        LiveEngine(settings: settings, start: .test, source: source, output: output, clock: clock)
    }

    private func seconds(_ record: RecordingOutput.Record) -> Double {
        record.segments.reduce(0) { $0 + Double($1.record.duration) / 90_000 }
    }

    @Test func holdsThePictureWhileTheSourceIsAwayThenGivesUp() async throws {
        var settings = LiveEngineSettings.small
        settings.giveUpAfter = .seconds(8)
        let source = ScriptedSource(
            .bytes(try await EngineClip.sound.bytes()),
            .refused(LiveSourceError(code: "channel_offline", message: "Off.")), clock: clock)
        let output = RecordingOutput()
        let engine = engine(source, output, settings)
        let record = await engine.record(output)
        #expect(record.outcome == .gaveUp(StreamReason(code: "channel_offline", message: "Off.")))
        #expect(record.states.contains(.reconnecting))
        let report = record.complete.recording.validate()
        #expect(report.isValid, "\(report)")
        // 6 s came at once, and 8 s were held.
        #expect(abs(seconds(record) - 14) <= 0.1, "\(seconds(record)) s")
        #expect(abs(Double(engine.snapshot.heldFrames) / 25 - 8) <= 0.1, "\(engine.snapshot.heldFrames)")
    }

    @Test func holdsThePictureOfAChannelWithoutSound() async throws {
        var settings = LiveEngineSettings.small
        settings.giveUpAfter = .seconds(4)
        let source = ScriptedSource(
            .bytes(try await EngineClip.noSound.bytes()), .refused(LiveSourceError(code: "gone", message: "Gone.")),
            clock: clock)
        let output = RecordingOutput()
        let record = await engine(source, output, settings).record(output)
        #expect(record.outcome == .gaveUp(StreamReason(code: "gone", message: "Gone.")))
        #expect(abs(seconds(record) - 10) <= 0.1, "\(seconds(record)) s")
        let report = record.complete.recording.validate()
        #expect(report.isValid, "\(report)")
    }

    @Test func goesOnAfterAStall() async throws {
        var settings = LiveEngineSettings.small
        settings.stallAfter = .seconds(3)
        settings.giveUpAfter = .seconds(20)
        let clip = try await EngineClip.sound.bytes()
        let source = ScriptedSource(
            .stalling(clip), .stalling(clip), .refused(LiveSourceError(code: "gone", message: "Gone.")), clock: clock)
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
            .paced(clip, perSecond: rate, burst: rate), .paced(clip + clip, perSecond: rate, burst: 4 * rate),
            .refused(LiveSourceError(code: "gone", message: "Gone.")), clock: clock)
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
        let source = ScriptedSource(
            .refused(LiveSourceError(code: "provider_refused", message: "No.", isFinal: true)), clock: clock)
        let output = RecordingOutput()
        let record = await engine(source, output).record(output)
        #expect(record.outcome == .failed(StreamReason(code: "provider_refused", message: "No.")))
        #expect(source.connections == 1)
    }

    @Test func failsWithItsReasonWhenNoPictureEverComes() async throws {
        let source = ScriptedSource(
            .refused(LiveSourceError(code: "channel_offline", message: "Off.")), clock: clock)
        let output = RecordingOutput()
        let record = await engine(source, output, .impatient).record(output)
        #expect(record.outcome == .failed(StreamReason(code: "channel_offline", message: "Off.")))
    }

    @Test func stopEndsAllThreads() async throws {
        let first = AsyncStream<Void>.makeStream()
        let output = RecordingOutput { _ in first.continuation.yield() }
        let engine = engine(ScriptedSource(.stalling(try await EngineClip.sound.bytes()), clock: clock), output)
        engine.start()
        for await _ in first.stream { break }
        engine.stop()
        await output.end()
        await engine.joined()
        #expect(output.recorded.outcome == .stopped)
    }

    @Test func finishingPublishesWhatHasCome() async throws {
        let published = AsyncStream<Int>.makeStream()
        let output = RecordingOutput { _ in published.continuation.yield(0) }
        // 6 s come at once, then nothing: the third second is in a segment that is not complete.
        let engine = engine(ScriptedSource(.stalling(try await EngineClip.sound.bytes()), clock: clock), output)
        engine.start()
        var count = 0
        for await _ in published.stream {
            count += 1
            if count == 2 { break }
        }
        engine.finish()
        await output.end()
        await engine.joined()
        let record = output.recorded
        #expect(record.outcome == .stopped)
        #expect(seconds(record) > 2)
        var expectations = HLSExpectations.live
        expectations.lengths = nil
        let report = record.recording.validate(expectations)
        #expect(report.isValid, "\(report)")
    }

    /// An engine that hears a test's wishes on the way, and never is more than `Led.lead` ahead of what they follow from.
    private func guided(
        seconds: Int, active: Set<String>? = nil, _ wish: @escaping @Sendable (LiveSegment, LiveEngine) -> Void
    ) async throws -> RecordingOutput.Record {
        let slot = EngineSlot()
        let led = Led()
        let output = RecordingOutput { segment in
            if let engine = slot.engine { wish(segment.record, engine) }
            led.publish(segment)
        }
        var start = LiveStart.test
        start.activeRenditions = active
        let clip = try await EngineClip.sound.bytes()
        let length = EngineClip.sound.length
        let bytes = Array(repeatElement(clip, count: (seconds + length - 1) / length).joined())
        let engine = LiveEngine(
            settings: .small, start: start,
            source: ScriptedSource(.led(bytes, perSecond: clip.count / length, by: led)), output: output,
            clock: FileClock())
        slot.engine = engine
        defer { slot.engine = nil }
        return await engine.record(output)
    }

    @Test func aRenditionComesAndGoesAtBoundaries() async throws {
        let record = try await guided(seconds: 36, active: ["240p"]) { segment, engine in
            if segment.sequence == LiveStart.test.sequence {
                engine.setActive(["360p", "240p"])
            } else if segment.parts["360p"] != nil {
                engine.setActive(["240p"])
            }
        }
        let with = record.segments.map { $0.bytes["360p"] != nil }
        #expect(with.first == false && with.contains(true))
        #expect(with.drop { !$0 }.contains(false))
        // It was waited for at most to the next keyframe, and its first segment was short.
        let begun = try #require(with.firstIndex(of: true))
        #expect(record.segments[begun].record.duration == 180_000 || begun < 4)
        let report = record.complete.recording.validate(.watched)
        #expect(report.isValid, "\(report)")
    }

    @Test func sheddingSubstitutesTheNextLower() async throws {
        let record = try await guided(seconds: 36) { segment, engine in
            // Once it has been shed, everything comes back.
            let isPressed = segment.discontinuitySequence == 0
            engine.shed(level: !isPressed ? 0 : segment.sequence < LiveStart.test.sequence + 2 ? 1 : 2)
        }
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
