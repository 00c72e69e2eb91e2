import Contracts
import Live
import Media

/// The sound of one segment: each track decoded once, each bit rate encoded once.
struct SegmentSounds {
    private struct Kind: Hashable {
        let track: Int?
        let bitRate: Int
    }

    private let segment: Int
    private let line: FilmLine
    private var samples: [Int: SampleStore] = [:]
    private var encoded: [Kind: [AccessUnit]] = [:]

    init(segment: Int, line: FilmLine) {
        self.segment = segment
        self.line = line
    }

    /// - Parameter track: nil = silence.
    mutating func units(of track: FilmInfo.AudioTrack?, bitRate: Int) throws -> [AccessUnit] {
        let kind = Kind(track: track?.index, bitRate: bitRate)
        if let known = encoded[kind] { return known }
        let units = try encode(track, bitRate)
        encoded[kind] = units
        return units
    }

    /// The exact recipe of MEDIA.md §1.7: blocks from 8 before to 2 after, only the segment's own packets kept, never flushed.
    private mutating func encode(_ track: FilmInfo.AudioTrack?, _ bitRate: Int) throws -> [AccessUnit] {
        let rate = track?.encodedSampleRate ?? FilmEncoding.silentRate
        let blocks = SoundLine.blocks(of: segment, line.info, sampleRate: rate)
        let store = try track.flatMap { try stored($0) }
        var kept = line.info.grid.audioBlocks(of: segment, sampleRate: rate)
        // The very first packet needs the one before it to be heard.
        if segment == 0 { kept = -1..<kept.upperBound }
        let encoder = try AudioEncoder(sampleRate: rate, bitRate: bitRate, framing: .raw)
        var units: [AccessUnit] = []
        for block in blocks {
            let samples = store?.block(at: block * FilmGrid.audioBlock) ?? .silence(AudioEncoder.blockSize)
            for packet in try encoder.encode(samples, index: block) where kept.contains(packet.pts) {
                let pts = FilmGrid.lineStart + FilmGrid.ticks(ofBlock: packet.pts, sampleRate: rate)
                units.append(AccessUnit(audio: packet.data, pts: pts))
            }
        }
        return units
    }

    private mutating func stored(_ track: FilmInfo.AudioTrack) throws -> SampleStore? {
        if let known = samples[track.index] { return known }
        let store = try line.sound(track.index)?.samples(of: segment)
        samples[track.index] = store
        return store
    }
}
