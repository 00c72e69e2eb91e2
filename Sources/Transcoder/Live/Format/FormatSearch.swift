import Contracts
import Media

/// Gathers a channel's first pictures until it is known what it can be delivered as.
struct FormatSearch {
    /// While sound is announced and has not come; pictures are large.
    private static let mostPictures = 16

    private let settings: LiveEngineSettings
    private var probe = RateProbe()
    private(set) var pictures: [(frame: Frame, pts: Int64)] = []
    private var began: Int64?
    private var sound: (rate: Int64, channels: Int)?

    init(settings: LiveEngineSettings) { self.settings = settings }

    /// - Parameter now: on the clock; nil = there is no hurry.
    mutating func add(_ frame: Frame, pts: Int64, at now: Int64?) {
        if pictures.isEmpty { began = now }
        probe.add(pts)
        pictures.append((frame, pts))
    }

    mutating func hear(_ frame: Frame) {
        if sound == nil { sound = (Int64(frame.sampleRate), frame.channels) }
    }

    /// The format, as soon as pictures say the rate and sound its own, or enough time has gone.
    /// - Parameter isLast: no more pictures will come.
    func format(from ingest: Ingest, at now: Int64, isLast: Bool = false) -> LiveFormat? {
        let streams = ingest.streams
        guard let video = ingest.video, let first = pictures.first?.frame else { return nil }
        let tracks = SoundTrackPlan.tracks(for: streams)
        let waited = began.map { now - $0 } ?? 0
        let isLate = isLast || waited > 2 * settings.trackSearch.nanoseconds
        guard let rate = probe.rate ?? (isLate ? .fallback : nil) else { return nil }
        let soundIsKnown = sound != nil || tracks[0].streamID == nil
        guard soundIsKnown || pictures.count >= Self.mostPictures || isLast || waited > settings.trackSearch.nanoseconds
        else { return nil }
        let rungs = Rung.ladder(
            settings.ladder, width: first.width, height: first.height, sampleAspectRatio: first.sampleAspectRatio)
        let audio = streams.first { $0.id == tracks[0].streamID }
        return LiveFormat(
            sourceRate: rate, rungs: rungs, colour: first.colour.delivered, tracks: tracks,
            sampleRate: AudioGrid(forSourceRate: sound?.rate ?? AudioGrid.preferredRate).sampleRate,
            source: describe(first, rate, video, isInterlaced: ingest.isInterlaced, audio))
    }

    private func describe(
        _ frame: Frame, _ rate: FrameRate, _ video: StreamDescription, isInterlaced: Bool, _ audio: StreamDescription?
    ) -> String {
        let scan = isInterlaced ? "i" : "p"
        let perSecond = (Double(rate.numerator) / Double(rate.denominator) * 100).rounded() / 100
        let text = "\(video.codec) \(frame.width)x\(frame.height)\(scan) \(perSecond) fps"
        guard let audio else { return text + ", no sound" }
        let channels = sound.map { [1: " mono", 2: " stereo", 6: " 5.1"][$0.channels] ?? " \($0.channels) channels" }
        return text + ", \(audio.codec)\(channels ?? "")"
    }
}
