import Contracts
import Live
import TestSupport
import Testing

/// Damage within one connection: output runs on, to the tick, and sound stays with the picture.
@Suite(.serialized) struct EngineFaultsTests {
    private func output(_ bytes: [UInt8], seconds: Double, _ settings: LiveEngineSettings = .small) async throws
        -> RecordingOutput.Record
    {
        let record = await convert(bytes, settings: settings)
        #expect(record.outcome == .stopped)
        let report = record.complete.recording.validate()
        #expect(report.isValid, "\(report)")
        let made = record.segments.reduce(0) { $0 + Double($1.record.duration) / 90_000 }
        #expect(abs(made - seconds) < 0.6, "\(made) s of output")
        return record
    }

    private func clip() async throws -> TransportStream { TransportStream(bytes: try await EngineClip.sound.bytes()) }

    private func expectSync(_ record: RecordingOutput.Record) async throws {
        let beeps = try await BeepMeter.measure(record.recording.renditions[0].concatenated)
        #expect(beeps.count >= 4)
        #expect(beeps.allSatisfy { abs($0.offset) < 40 }, "\(beeps.map(\.offset))")
    }

    @Test(arguments: [Int64(90_000 * 3600), -900_000, 1 << 32])
    func timestampsJump(_ ticks: Int64) async throws {
        let clip = try await clip()
        let broken = clip.shifted(by: ticks, fromPacket: clip.pictureStart(after: 0.5))
        try await expectSync(try await output(broken.bytes, seconds: 6))
    }

    @Test func timestampsWrap() async throws {
        let clip = try await clip()
        // ffmpeg begins at 1.4 s.
        try await expectSync(try await output(clip.shifted(by: (1 << 33) - 90_000 * 4).bytes, seconds: 6))
    }

    @Test func aSourceThatStartsAgain() async throws {
        let clip = try await clip()
        try await expectSync(try await output(clip.bytes + clip.bytes, seconds: 12))
    }

    @Test func garbageInTheMiddle() async throws {
        let clip = try await clip()
        let broken = clip.damaged(fromPacket: clip.packetCount / 2, count: 200)
        _ = try await output(broken.bytes, seconds: 6)
    }

    @Test func lostPackets() async throws {
        let clip = try await clip()
        let first = clip.pictureStart(after: 0.4)
        let broken = clip.without(fromPacket: first, count: clip.pictureStart(after: 0.6) - first)
        try await expectSync(try await output(broken.bytes, seconds: 6))
    }

    @Test func sizeAndCodecChange() async throws {
        let bytes = try await EngineClip.sound.bytes() + EngineClip.small.bytes()
        let record = try await output(bytes, seconds: 12)
        #expect(record.info?.videoTracks.map(\.height) == [360, 240])
    }

    /// The PIDs stay and carry MPEG-2 and AC-3 from there on.
    @Test func codecsChangeOnTheSamePIDs() async throws {
        let clip = try await EngineClip.sound.bytes()
        let record = try await output(clip + EngineClip.interlaced.bytes() + clip, seconds: 16)
        let beeps = try await BeepMeter.measure(record.recording.renditions[0].concatenated)
        #expect(beeps.count >= 14, "\(beeps)")
        #expect(beeps.allSatisfy { abs($0.offset) < 40 }, "\(beeps)")
    }

    @Test func anotherShapeGetsBars() async throws {
        // Within a run the delivered size never changes; the validator would say so.
        let bytes = try await EngineClip.sound.bytes() + EngineClip.sdAnamorphic.bytes() + EngineClip.ntsc.bytes()
        _ = try await output(bytes, seconds: 18)
    }

    @Test func soundThatChangesItsFormat() async throws {
        let bytes = try await EngineClip.sdAnamorphic.bytes() + EngineClip.sound.bytes()
        _ = try await output(bytes, seconds: 12)
    }

    @Test func nothingButGarbageFails() async throws {
        let record = await convert([UInt8](repeating: 0x3C, count: 400_000), settings: .impatient)
        guard case .failed(let reason) = record.outcome else {
            Issue.record("\(String(describing: record.outcome))")
            return
        }
        #expect(reason.code == "not_media" || reason.code == "no_picture")
    }
}

extension LiveEngineSettings {
    static var impatient: LiveEngineSettings {
        var settings = LiveEngineSettings.small
        settings.firstPictureWithin = .seconds(1)
        return settings
    }
}
