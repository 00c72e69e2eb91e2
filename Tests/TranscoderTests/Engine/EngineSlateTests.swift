import Contracts
import Live
import TestSupport
import Testing

/// A slate in a channel's place, in a whole engine.
@Suite(.serialized) struct EngineSlateTests {
    private let clock = SteppedClock()

    /// A clip in real time, again and again, its times too.
    private func slate() async throws -> ScriptedSource.Connection {
        let clip = try await EngineClip.small.bytes()
        let rate = clip.count / EngineClip.small.length
        return .paced(Array(repeatElement(clip, count: 6).joined()), perSecond: rate, burst: rate)
    }

    private func run(
        _ source: ScriptedSource, _ settings: LiveEngineSettings = .small, slates: SlateMemory = SlateMemory()
    ) async -> RecordingOutput.Record {
        let output = RecordingOutput()
        return await LiveEngine(
            settings: settings, start: .test, source: source, output: output, slates: slates, clock: clock
        ).record(output)
    }

    @Test func aChannelThatIsOnlyASlateFailsAndIsKnownFromThenOn() async throws {
        let slates = SlateMemory()
        let first = await run(ScriptedSource(try await slate(), clock: clock), slates: slates)
        guard case .failed(let reason) = first.outcome else {
            Issue.record("\(String(describing: first.outcome))")
            return
        }
        #expect(reason.code == "provider_slate")
        #expect(!first.segments.isEmpty)
        let again = await run(ScriptedSource(try await slate(), clock: clock), slates: slates)
        #expect(again.outcome == first.outcome)
        // Not a picture of it was shown.
        #expect(again.info == nil && again.segments.isEmpty)
    }

    @Test func aChannelThatHasRunHoldsItsPictureAndComesBack() async throws {
        let slates = SlateMemory()
        _ = await run(ScriptedSource(try await slate(), clock: clock), slates: slates)
        var settings = LiveEngineSettings.small
        settings.stallAfter = .seconds(31)
        settings.giveUpAfter = .seconds(40)
        let clip = try await EngineClip.sound.bytes()
        let rate = clip.count / EngineClip.sound.length
        // It stays connected for long enough to have been the channel.
        let source = ScriptedSource(
            .stalling(clip), try await slate(), .paced(clip, perSecond: rate, burst: rate),
            .refused(LiveSourceError(code: "gone", message: "Gone.")), clock: clock)
        let record = await run(source, settings, slates: slates)
        #expect(record.reasons.contains("provider_slate"))
        #expect(record.outcome == .gaveUp(StreamReason(code: "gone", message: "Gone.")))
        #expect(source.connections > 3)
        #expect(record.states.filter { $0 == .running }.count >= 2)
        let report = record.complete.recording.validate()
        #expect(report.isValid, "\(report)")
    }
}
