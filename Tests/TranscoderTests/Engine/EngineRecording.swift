import Contracts
import Live
import TestSupport

extension RecordingOutput.Record {
    /// Without a last segment that the end of the media cut short: also where another might have been cut on purpose.
    var complete: RecordingOutput.Record {
        guard let last = segments.last?.record, let info else { return self }
        let rate = FrameRate(Int64(info.frameRateNumerator), Int64(info.frameRateDenominator))
        let grid = SegmentGrid(frameRate: rate)
        let first = grid.frame(nearestTicks: last.start)
        let whole = grid.duration(of: first..<grid.end(ofSegmentFrom: first))
        var result = self
        if last.duration != whole { result.segments.removeLast() }
        return result
    }

    /// What a client would have got: the playlists as a gateway writes them, and all segments.
    var recording: HLSRecording {
        guard let info else { return HLSRecording(master: [], renditions: []) }
        let renditions = info.tracks.map { track in
            var rendition = HLSRecording.Rendition(name: track.name, uri: "\(track.name).m3u8")
            rendition.versions = [.init(bytes: Array(playlist(track.name, info).utf8))]
            for segment in segments {
                guard let part = segment.record.parts[track.name] else { continue }
                rendition.segments[segment.record.sequence] = segment.bytes[part.substitute ?? track.name]
            }
            return rendition
        }
        return HLSRecording(master: Array(master(info).utf8), renditions: renditions)
    }

    private func master(_ info: LiveStreamInfo) -> String {
        let rate = Double(info.frameRateNumerator) / Double(info.frameRateDenominator)
        let sound = info.audioTracks
        var lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
        for (index, track) in sound.enumerated() {
            lines.append(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"\(track.title ?? track.name)\","
                    + "LANGUAGE=\"\(track.language ?? "und")\","
                    + "DEFAULT=\(index == 0 ? "YES" : "NO"),AUTOSELECT=YES,CHANNELS=\"2\",URI=\"\(track.name).m3u8\"")
        }
        let most = sound.map(\.bandwidth).max() ?? 0
        let average = sound.map(\.averageBandwidth).max() ?? 0
        for track in info.videoTracks {
            let codecs = ([track.codecs] + Set(sound.map(\.codecs)).sorted()).joined(separator: ",")
            let group = sound.isEmpty ? "" : ",AUDIO=\"audio\""
            lines.append(
                "#EXT-X-STREAM-INF:BANDWIDTH=\(track.bandwidth + most),AVERAGE-BANDWIDTH=\(track.averageBandwidth + average),"
                    + "CODECS=\"\(codecs)\",RESOLUTION=\(track.width)x\(track.height),FRAME-RATE=\(thousandths(rate))\(group)"
            )
            lines.append("\(track.name).m3u8")
        }
        // The product lists it to who asks for it; here it is judged with the others.
        if sound.isEmpty, let alone = info.soundTrack {
            lines.append(
                "#EXT-X-STREAM-INF:BANDWIDTH=\(alone.bandwidth),AVERAGE-BANDWIDTH=\(alone.averageBandwidth),"
                    + "CODECS=\"\(alone.codecs)\"")
            lines.append("\(alone.name).m3u8")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func playlist(_ name: String, _ info: LiveStreamInfo) -> String {
        let own = segments.map(\.record).filter { $0.parts[name] != nil }
        var lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:\(info.targetDuration)"]
        lines.append("#EXT-X-MEDIA-SEQUENCE:\(own.first?.sequence ?? 0)")
        let before = own.first.map { $0.discontinuitySequence - ($0.discontinuity ? 1 : 0) } ?? 0
        lines.append("#EXT-X-DISCONTINUITY-SEQUENCE:\(before)")
        for segment in own {
            if segment.discontinuity || segment.parts[name]?.discontinuity == true {
                lines.append("#EXT-X-DISCONTINUITY")
            }
            lines.append("#EXT-X-PROGRAM-DATE-TIME:\(isoDate(segment.programDate))")
            lines.append("#EXTINF:\(microseconds(segment.duration)),")
            lines.append("\(name)/\(segment.epoch)-\(segment.sequence).ts")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func thousandths(_ value: Double) -> String {
        let number = Int((value * 1000).rounded())
        return "\(number / 1000).\(String(1000 + number % 1000).dropFirst())"
    }

    private func microseconds(_ ticks: Int64) -> String {
        let number = (ticks * 100 + 4) / 9
        return "\(number / 1_000_000).\(String(1_000_000 + number % 1_000_000).dropFirst())"
    }
}

/// Unix milliseconds as `2023-11-14T22:13:20.123Z`.
func isoDate(_ milliseconds: Int64) -> String {
    let (days, rest) = (milliseconds / 86_400_000, milliseconds % 86_400_000)
    // Days to a civil date (Howard Hinnant's algorithm).
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra: Int64 = shifted - era * 146_097
    let leapDays: Int64 = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra: Int64 = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    func two(_ value: Int64) -> String { String(String(100 + value).dropFirst()) }
    let hour: Int64 = rest / 3_600_000
    let minute: Int64 = rest / 60_000 % 60
    let second: Int64 = rest / 1000 % 60
    let date = "\(year)-\(two(month < 10 ? month + 3 : month - 9))-\(two(day))"
    return date + "T\(two(hour)):\(two(minute)):\(two(second)).\(String(1000 + rest % 1000).dropFirst())Z"
}
