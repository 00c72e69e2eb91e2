import Contracts
import Live
import Media

/// Makes segments of a film's encoded renditions, from any place on.
///
/// A segment is a function of the source's bytes and its `FilmInfo` alone (DESIGN §5.3), whichever maker made it and whatever
/// it had made before; going on with the next segment only saves the seek. Plain and synchronous: use it on one dedicated
/// thread at a time. It stops when its source throws, or when it is not wanted any more.
public final class SegmentMaker {
    public let info: FilmInfo
    private let source: any RandomAccessSource
    private var line: FilmLine?
    private var sizers: [String: PictureSizer] = [:]

    /// - Parameter info: of this very source, by `FilmProbe`.
    public init(source: any RandomAccessSource, info: FilmInfo) {
        self.source = source
        self.info = info
    }

    /// Makes the segments of these renditions from `first` on, in order.
    ///
    /// Throws what the source throws, `FilmError`, or a `LibavError`; what was delivered before stays good. After an error the
    /// next call begins anew.
    /// - Parameters:
    ///   - names: of `FilmInfo.renditions`, without `original`.
    ///   - isWanted: asked before each segment; false ends the call, as the film's end does.
    ///   - deliver: rendition, segment, bytes (MPEG-TS), and the CPU seconds that it took.
    public func make(
        _ names: [String], from first: Int, while isWanted: (Int) throws -> Bool = { _ in true },
        deliver: (String, Int, [UInt8], Double) throws -> Void
    ) throws {
        let plan = try RenditionPlan(names, info)
        for segment in max(0, first)..<max(first, info.grid.segmentCount, 0) {
            guard try isWanted(segment) else { return }
            let began = ThreadTime.now
            do {
                let line = try place(segment, plan)
                try make(segment, plan, line, began: began, deliver)
                line.next = segment + 1
            } catch {
                line = nil
                throw error
            }
        }
    }

    /// The line of pictures and samples, standing at this segment.
    private func place(_ segment: Int, _ plan: RenditionPlan) throws -> FilmLine {
        let streams = plan.streams(info)
        if let line, line.next == segment, line.streams == streams { return line }
        let line = try FilmLine(source: source, info: info, plan: plan, reusing: self.line)
        self.line = line
        try line.begin(at: segment)
        return line
    }

    private func make(
        _ segment: Int, _ plan: RenditionPlan, _ line: FilmLine, began: Int64,
        _ deliver: (String, Int, [UInt8], Double) throws -> Void
    ) throws {
        var sounds = SegmentSounds(segment: segment, line: line)
        let videos = try pictures(segment, plan, line, &sounds)
        var finished: [(String, [UInt8], Int64)] = []
        for (picture, video) in zip(plan.pictures, videos) {
            let audio = try picture.sound.map { try sounds.units(of: plan.muxed, bitRate: $0) }
            let bytes = TSMuxer.segment(
                number: segment, video: video.units.map(unit), audio: audio ?? [],
                program: program(plan.muxed, audio != nil), soundPackets: soundPackets(segment, plan.muxed),
                isLast: isLast(segment))
            finished.append((picture.name, bytes, video.cost))
        }
        for sound in plan.sounds {
            let began = ThreadTime.now
            let units = try sounds.units(of: sound.track, bitRate: sound.bitRate)
            let bytes = TSMuxer.segment(
                number: segment, video: [], audio: units,
                program: TSProgram(video: false, audio: audioProgram(sound.track)),
                soundPackets: soundPackets(segment, sound.track), isLast: isLast(segment))
            finished.append((sound.name, bytes, ThreadTime.now - began))
        }
        let shared = (ThreadTime.now - began - finished.reduce(0) { $0 + $1.2 }) / Int64(max(1, finished.count))
        for (name, bytes, cost) in finished { try deliver(name, segment, bytes, Double(cost + shared) / 1e9) }
    }

    /// A segment's pictures in each rendition, in decode order, and the nanoseconds that they cost.
    private func pictures(
        _ segment: Int, _ plan: RenditionPlan, _ line: FilmLine, _ sounds: inout SegmentSounds
    ) throws -> [(units: [EncodedPacket], cost: Int64)] {
        let encodings = try encode(segment, plan.pictures, line)
        // While encoders with threads of their own are still at work.
        for picture in plan.pictures { _ = try picture.sound.map { try sounds.units(of: plan.muxed, bitRate: $0) } }
        var results = try encodings.map { (units: try $0.finish(), cost: $0.cost) }
        let large = encodings.indices.filter { encodings[$0].isTooLarge }
        guard !large.isEmpty else { return results }
        try line.begin(at: segment)
        let again = try encode(segment, large.map { plan.pictures[$0] }, line, capped: true)
        for (index, encoding) in zip(large, again) {
            results[index] = (try encoding.finish(), results[index].cost + encoding.cost)
        }
        return results
    }

    /// Feeds a segment's pictures to an encoder for each rendition.
    private func encode(
        _ segment: Int, _ pictures: [RenditionPlan.Picture], _ line: FilmLine, capped: Bool = false
    ) throws -> [PictureEncoding] {
        let encodings = try pictures.map {
            try PictureEncoding($0, sizer: sizer($0), grid: info.grid, segment: segment, capped: capped)
        }
        guard !encodings.isEmpty else { return [] }
        for number in info.grid.frames(of: segment) {
            let picture = try line.picture(number)
            for encoding in encodings { try encoding.encode(picture, number: number) }
        }
        return encodings
    }

    /// What steers the counters of sound: the same for all renditions, so that they run on also when a viewer's quality or language
    /// changes between two segments; of the leanest, because that is where bytes count.
    private func soundPackets(_ segment: Int, _ track: FilmInfo.AudioTrack?) -> Range<Int> {
        func usual(_ ticks: Int64) -> Int {
            TSMuxer.usualSoundPackets(audioProgram(track), bitRate: FilmEncoding.leanestSound, ticks: ticks)
        }
        let steady = info.grid.steadyDuration
        let openings = (0..<min(segment, FilmGrid.openingCount)).map { usual(info.grid.duration(of: $0)) }
        let before = openings.reduce(0, +) + max(0, segment - FilmGrid.openingCount) * usual(steady)
        return before..<before + usual(segment < FilmGrid.openingCount ? info.grid.duration(of: segment) : steady)
    }

    private func isLast(_ segment: Int) -> Bool { segment == info.grid.segmentCount - 1 }

    private func sizer(_ picture: RenditionPlan.Picture) -> PictureSizer {
        if let sizer = sizers[picture.name] { return sizer }
        let sizer = PictureSizer(
            size: picture.parameters.size, colour: picture.parameters.colour, video: info.video)
        sizers[picture.name] = sizer
        return sizer
    }

    private func unit(_ packet: EncodedPacket) -> AccessUnit {
        AccessUnit(
            data: packet.data, pts: FilmGrid.lineStart + info.grid.ticks(ofFrame: packet.pts),
            dts: FilmGrid.lineStart + info.grid.ticks(ofFrame: packet.dts), isKey: packet.isKey)
    }

    private func program(_ track: FilmInfo.AudioTrack?, _ hasSound: Bool) -> TSProgram {
        TSProgram(video: true, audio: hasSound ? audioProgram(track) : nil)
    }

    private func audioProgram(_ track: FilmInfo.AudioTrack?) -> TSProgram.Audio {
        TSProgram.Audio(
            sampleRate: track?.encodedSampleRate ?? FilmEncoding.silentRate, channels: 2, language: track?.language)
    }
}
