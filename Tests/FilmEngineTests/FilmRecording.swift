import Contracts
import Media
import TestSupport
import VOD

/// All segments of some renditions, as a client would have got them, with the playlists that a gateway writes.
struct FilmRecording {
    let info: FilmInfo
    /// By rendition and number.
    private(set) var segments: [String: [Int: [UInt8]]] = [:]
    private(set) var processorSeconds = 0.0

    init(_ info: FilmInfo) { self.info = info }

    /// Makes them in one go.
    init(_ source: any RandomAccessSource, _ names: [String]) throws {
        self.init(try FilmProbe.probe(source))
        try SegmentMaker(source: source, info: info).make(names, from: 0) { add($0, $1, $2, $3) }
    }

    mutating func add(_ name: String, _ segment: Int, _ bytes: [UInt8], _ seconds: Double) {
        segments[name, default: [:]][segment] = bytes
        processorSeconds += seconds
    }

    /// What the tick-exact validator says.
    func validate(bitrate: Bool = true) -> ValidationReport {
        var expectations = HLSExpectations()
        expectations.isLive = false
        expectations.leastMediaSequence = 0
        expectations.keyframeSeconds = nil
        expectations.lengths = nil
        expectations.checksBitrate = bitrate
        return recording.validate(expectations)
    }

    var recording: HLSRecording {
        let tracks = info.renditions.filter { segments[$0.name] != nil }
        let renditions = tracks.map { track in
            var rendition = HLSRecording.Rendition(name: track.name, uri: "\(track.name).m3u8")
            rendition.versions = [.init(bytes: Array(playlist(track.name).utf8))]
            for (number, bytes) in segments[track.name] ?? [:] { rendition.segments[Int64(number)] = bytes }
            return rendition
        }
        return HLSRecording(master: Array(master(tracks).utf8), renditions: renditions)
    }

    private func master(_ tracks: [LiveStreamInfo.Track]) -> String {
        let rate = Double(info.grid.rateNumerator) / Double(info.grid.rateDenominator)
        let sound = tracks.languages
        var lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
        for (index, track) in sound.enumerated() {
            lines.append(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"\(track.title ?? track.name)\","
                    + "LANGUAGE=\"\(track.language ?? "und")\",DEFAULT=\(index == 0 ? "YES" : "NO"),AUTOSELECT=YES,"
                    + "CHANNELS=\"2\",URI=\"\(track.name).m3u8\"")
        }
        let most = sound.map(\.bandwidth).max() ?? 0
        let average = sound.map(\.averageBandwidth).max() ?? 0
        for track in tracks where track.kind == .video {
            let codecs = ([track.codecs] + Set(sound.map(\.codecs)).sorted()).joined(separator: ",")
            lines.append(
                "#EXT-X-STREAM-INF:BANDWIDTH=\(track.bandwidth + most),AVERAGE-BANDWIDTH=\(track.averageBandwidth + average),"
                    + "CODECS=\"\(codecs)\",RESOLUTION=\(track.width)x\(track.height),FRAME-RATE=\(thousandths(rate))"
                    + (sound.isEmpty ? "" : ",AUDIO=\"audio\""))
            lines.append("\(track.name).m3u8")
        }
        // The product lists it to who asks for it; here it is judged with the others.
        if sound.isEmpty, let alone = tracks.sound {
            lines.append(
                "#EXT-X-STREAM-INF:BANDWIDTH=\(alone.bandwidth),AVERAGE-BANDWIDTH=\(alone.averageBandwidth),"
                    + "CODECS=\"\(alone.codecs)\"")
            lines.append("\(alone.name).m3u8")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func playlist(_ name: String) -> String {
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:\(FilmGrid.targetDuration)",
            "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD",
        ]
        for segment in 0..<info.grid.segmentCount {
            let microseconds = (info.grid.duration(of: segment) * 200 + 9) / 18
            lines.append(
                "#EXTINF:\(microseconds / 1_000_000).\(String(1_000_000 + microseconds % 1_000_000).dropFirst()),")
            lines.append("\(name)/\(segment).ts")
        }
        return (lines + ["#EXT-X-ENDLIST"]).joined(separator: "\n") + "\n"
    }

    private func thousandths(_ value: Double) -> String {
        let number = Int((value * 1000).rounded())
        return "\(number / 1000).\(String(1000 + number % 1000).dropFirst())"
    }
}
