import Contracts
import Media

extension LiveFormat {
    /// What the multivariant playlist needs.
    /// - Parameter codecs: RFC 6381 name of a rung's video.
    func info(codecs: (Rung) -> String) -> LiveStreamInfo {
        let video = rungs.map { rung in
            let audio = hasAudioGroup ? 0 : rung.rendition.audioBitrate
            return LiveStreamInfo.Track(
                name: rung.name, kind: .video, width: rung.size.width, height: rung.size.height,
                bandwidth: bandwidth(video: rung.rendition.videoBitrate * 13 / 10, audio: audio),
                averageBandwidth: bandwidth(video: rung.rendition.videoBitrate * 95 / 100, audio: audio),
                codecs: hasAudioGroup ? codecs(rung) : "\(codecs(rung)),\(AudioEncoder.codecs)")
        }
        return LiveStreamInfo(
            targetDuration: SegmentGrid.targetDuration, frameRateNumerator: Int(frameRate.numerator),
            frameRateDenominator: Int(frameRate.denominator), tracks: video + audioTracks, source: source)
    }

    private var audioTracks: [LiveStreamInfo.Track] {
        guard hasAudioGroup, let bitrate = audioBitrates.first else { return [] }
        return tracks.map { track in
            let language = track.language.map(LanguageName.init(code:))
            return LiveStreamInfo.Track(
                name: track.name, kind: .audio, width: 0, height: 0,
                bandwidth: bandwidth(video: 0, audio: bitrate * 11 / 10),
                averageBandwidth: bandwidth(video: 0, audio: bitrate), codecs: AudioEncoder.codecs,
                language: language?.tag, title: language?.title ?? track.name)
        }
    }

    /// Bits per second on the wire, with everything that MPEG-TS adds.
    ///
    /// The video's cap is its VBV: no second has more than the cap, but a short segment may also spend what the buffer of
    /// one second had saved. With 1.3 times the cap declared, a 4 s segment at the worst, 1.225 times the cap, is below
    /// it, and so is 1.25 times it for the first ones of 1 and 2 s in practice (RFC 8216 §4.3.4.2; MEDIA.md §3.1).
    private func bandwidth(video: Int, audio: Int) -> Int {
        let frames = Int(frameRate.numerator / frameRate.denominator) + 1
        // Each picture: a PES header, a clock field and on average half a packet of filling.
        let pictures = video > 0 ? (video * 188 / 184) + frames * 8 * (26 + 92) : 0
        // Each AAC packet: 7 bytes; every quarter of a second a PES header and half a packet of filling.
        let sound = audio > 0 ? (audio + Int(sampleRate) / 1024 * 56) * 188 / 184 + 4 * 8 * (14 + 92) : 0
        // Program tables with each segment.
        return pictures + sound + 2 * 188 * 8
    }
}
