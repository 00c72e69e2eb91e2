import Contracts

/// Muxes complete segments. Keeps a muxer per rendition, whose continuity counters run on. One thread.
struct SegmentMaker {
    private let epoch: Int64
    private let audioProgram: TSProgram.Audio
    private let languages: [String: String]
    private var muxers: [String: TSMuxer] = [:]

    /// - Parameter languages: of audio renditions, by name.
    init(epoch: Int64, format: LiveFormat) {
        self.epoch = epoch
        let language = format.hasAudioGroup ? nil : format.tracks.first?.language
        audioProgram = TSProgram.Audio(sampleRate: Int(format.sampleRate), channels: 2, language: language)
        languages = Dictionary(
            format.soundRenditions.compactMap { sound in sound.language.map { (sound.name, $0) } },
            uniquingKeysWith: { $1 })
    }

    mutating func make(_ segment: SegmentCollector.Complete) -> FinishedSegment {
        let plan = segment.plan
        var bytes: [String: [UInt8]] = [:]
        for (name, sound) in plan.encoded {
            let program = TSProgram(video: true, audio: sound == nil ? nil : audioProgram)
            bytes[name] = mux(
                name, program, plan, video: segment.pieces[.video(name)] ?? [],
                audio: sound.flatMap { segment.pieces[$0] } ?? [])
        }
        for (name, sound) in plan.audio {
            let audio = TSProgram.Audio(
                sampleRate: audioProgram.sampleRate, channels: audioProgram.channels, language: languages[name])
            bytes[name] = mux(
                name, TSProgram(video: false, audio: audio), plan, video: [], audio: segment.pieces[sound] ?? [])
        }
        return FinishedSegment(record: record(segment, bytes), bytes: bytes)
    }

    private mutating func mux(
        _ name: String, _ program: TSProgram, _ plan: SegmentPlan, video: [AccessUnit], audio: [AccessUnit]
    ) -> [UInt8] {
        muxers[name, default: TSMuxer(program: program)].segment(
            video: video, audio: audio, discontinuity: plan.discontinuity)
    }

    private func record(_ segment: SegmentCollector.Complete, _ bytes: [String: [UInt8]]) -> LiveSegment {
        let plan = segment.plan
        var parts = bytes.map { name, bytes in
            (name, LiveSegment.Part(byteCount: bytes.count))
        }
        parts += plan.substitutes.map { name, other in
            let count = bytes[other]?.count ?? 0
            return (name, LiveSegment.Part(byteCount: count, substitute: other))
        }
        return LiveSegment(
            sequence: plan.sequence, epoch: epoch, start: plan.start, duration: segment.duration,
            programDate: plan.programDate, discontinuity: plan.discontinuity,
            discontinuitySequence: plan.discontinuitySequence, parts: Dictionary(parts, uniquingKeysWith: { $1 }))
    }
}
