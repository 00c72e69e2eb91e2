import Contracts
import Live
import Media

/// What a film is offered in: the ladder below its source, languages, and the original. Pure.
struct FilmRenditions {
    let video: FilmInfo.Video
    let audio: [FilmInfo.AudioTrack]
    let grid: FilmGrid
    let container: FilmContainer
    /// Possible segment starts of the original.
    let keys: [Int64]
    let gap: Int64?
    let extradata: [UInt8]
    /// Pictures that are decoded before the first is shown.
    let reordered: Int
    /// Of the file, bits per second.
    let bitRate: Int

    var tracks: [LiveStreamInfo.Track] { (originalTrack.map { [$0] } ?? []) + rungs + sounds }

    private var hasGroup: Bool { audio.count > 1 }

    // MARK: Encoded

    /// A rung is offered if the source reaches its box of 16:9 in width or height: a wide film of 1920 × 800 is 1080p. A
    /// source below all of them gets the lowest one at its own size: never upscale, never nothing.
    private var rungs: [LiveStreamInfo.Track] {
        let ladder = FilmEncoding.ladder
        let fitting = ladder.filter { rung in
            let box = Self.box(rung.height, isUpright: video.displayHeight > video.displayWidth)
            return video.displayWidth * 20 >= box.width * 19 || video.displayHeight * 20 >= box.height * 19
        }
        return (fitting.isEmpty ? Array(ladder.suffix(1)) : fitting).map(track)
    }

    private func track(_ rung: Rendition) -> LiveStreamInfo.Track {
        let size = Self.size(of: video, in: rung.height)
        let parameters = EncoderTuning.parameters(
            rung, size: size, frameRate: FilmEncoding.frameRate(grid), colour: .bt709, effort: .normal)
        let sound = hasGroup ? 0 : rung.audioBitrate
        return LiveStreamInfo.Track(
            name: rung.name, kind: .video, width: size.width, height: size.height,
            bandwidth: wire(rung.videoBitrate * 13 / 10, sound),
            averageBandwidth: wire(rung.videoBitrate * 95 / 100, sound),
            codecs: hasGroup ? parameters.codecs : "\(parameters.codecs),\(AudioEncoder.codecs)")
    }

    /// The box that a rung's pictures fill in one direction at least.
    static func box(_ lines: Int, isUpright: Bool) -> PictureSize {
        let length = (lines * 16 / 9 + 1) & ~1
        return isUpright ? PictureSize(width: lines, height: length) : PictureSize(width: length, height: lines)
    }

    /// The film's shape inside a rung's box, never larger than the film.
    static func size(of video: FilmInfo.Video, in lines: Int) -> PictureSize {
        let (width, height) = (max(2, video.displayWidth), max(2, video.displayHeight))
        let box = box(lines, isUpright: height > width)
        /// The even number that is nearest to a quotient.
        func even(_ dividend: Int, _ divisor: Int) -> Int {
            max(2, Int(rounded(Int64(dividend), 2 * Int64(divisor))) * 2)
        }
        if width <= box.width && height <= box.height { return PictureSize(width: width & ~1, height: height & ~1) }
        // Which side of the box is met first.
        return width * box.height > height * box.width
            ? PictureSize(width: box.width, height: even(height * box.width, width))
            : PictureSize(width: even(width * box.height, height), height: box.height)
    }

    // MARK: Sound

    /// The languages of the group, or the only one for whoever wants no picture.
    private var sounds: [LiveStreamInfo.Track] {
        let bitRate = FilmEncoding.soundBitRate(ofRungs: rungs, isGroup: hasGroup)
        let ordered = audio.filter(\.isDefault) + audio.filter { !$0.isDefault }
        return ordered.map { track in
            let name = hasGroup ? track.name : Quality.audio.rawValue
            let language = track.language.map(LanguageName.init(code:))
            return LiveStreamInfo.Track(
                name: name, kind: .audio, width: 0, height: 0, bandwidth: wire(0, bitRate * 11 / 10),
                averageBandwidth: wire(0, bitRate), codecs: AudioEncoder.codecs, language: language?.tag,
                title: track.title ?? language?.title ?? name)
        }
    }

    private func wire(_ video: Int, _ audio: Int) -> Int {
        WireRate.bitsPerSecond(
            video: video, audio: audio, framesPerSecond: Int(grid.rateNumerator / grid.rateDenominator) + 1,
            sampleRate: self.audio.first?.encodedSampleRate ?? FilmEncoding.silentRate)
    }

    // MARK: Original

    /// Offered where browsers can take pictures and sound as they are, in one language.
    var original: FilmInfo.Original? {
        guard let gap, gap <= PlayDecision.longestGap, keys.first == 0, audio.count <= 1, video.rotation == 0 else {
            return nil
        }
        // As if it were no MP4: then the answer is about what is inside.
        let inside = PlayDecision.needsTranscoding(container: .matroska, video: video, audio: audio, gap: gap)
        guard inside.mode == .remux, codecs != nil else { return nil }
        let ends = keys.dropFirst() + [grid.duration]
        let longest = zip(keys, ends).map { $1 - $0 }.max() ?? 0
        return FilmInfo.Original(
            boundaries: keys, targetDuration: max(1, Int(rounded(longest, FilmGrid.ticksPerSecond))),
            reorder: Int64(reordered) * FilmGrid.ticksPerSecond * video.rateDenominator / video.rateNumerator)
    }

    private var codecs: String? {
        guard let avc = H264Codec.name(extradata) else { return nil }
        guard let sound = audio.first else { return avc }
        return "\(avc),\(sound.profile?.hasPrefix("HE") == true ? "mp4a.40.5" : AudioEncoder.codecs)"
    }

    private var originalTrack: LiveStreamInfo.Track? {
        guard original != nil, let codecs else { return nil }
        return LiveStreamInfo.Track(
            name: "original", kind: .video, width: video.width, height: video.height, bandwidth: bitRate * 2,
            averageBandwidth: bitRate * 11 / 10, codecs: codecs)
    }
}

/// RFC 6381 names of H.264, from what stands before the first picture. Pure.
enum H264Codec {
    /// From an `avcC` box or from Annex B parameter sets; nil if it is neither.
    static func name(_ extradata: [UInt8]) -> String? {
        if extradata.count >= 4, extradata[0] == 1 { return text(extradata[1...3]) }
        var index = 0
        while index + 6 < extradata.count {
            if extradata[index] == 0, extradata[index + 1] == 0, extradata[index + 2] == 1,
                extradata[index + 3] & 0x1F == 7
            {
                return text(extradata[index + 4...index + 6])
            }
            index += 1
        }
        return nil
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        "avc1." + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
