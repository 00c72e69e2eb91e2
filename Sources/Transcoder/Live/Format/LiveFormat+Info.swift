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
            frameRateDenominator: Int(frameRate.denominator), tracks: video + sound, source: source)
    }

    private var sound: [LiveStreamInfo.Track] {
        soundRenditions.map { sound in
            let language = sound.language.map(LanguageName.init(code:))
            return LiveStreamInfo.Track(
                name: sound.name, kind: .audio, width: 0, height: 0,
                bandwidth: bandwidth(video: 0, audio: sound.bitrate * 11 / 10),
                averageBandwidth: bandwidth(video: 0, audio: sound.bitrate), codecs: AudioEncoder.codecs,
                language: language?.tag, title: language?.title ?? sound.name)
        }
    }

    private func bandwidth(video: Int, audio: Int) -> Int {
        WireRate.bitsPerSecond(
            video: video, audio: audio, framesPerSecond: Int(frameRate.numerator / frameRate.denominator) + 1,
            sampleRate: Int(sampleRate))
    }
}
