import Contracts
import Media

/// The packets of the wanted streams, from any place of the film on, each stream for itself.
///
/// What is read for one stream but belongs to another waits in that one's queue. Streams that lie far apart in the file
/// cannot fill the memory: see `reach`. One thread at a time.
final class PacketFeed {
    struct Timed {
        let packet: Packet
        /// Shown at, or decoded at if it does not say, in ticks after the first picture.
        let ticks: Int64
        let decodeTicks: Int64
    }

    /// How much further than what is looked for another stream may have been read before the looked-for packet counts as
    /// missing there, in ticks: badly interleaved files are up to some seconds off.
    private static let reach: Int64 = 8 * FilmGrid.ticksPerSecond
    /// Packets that wait, over all streams.
    private static let mostQueued = 20_000
    /// What belongs to the picture is kept from so long before the time that was sought, in ticks. Without an index reading may have
    /// to begin minutes before it; all that sound would fill the queue.
    private static let lead: Int64 = 2 * FilmGrid.ticksPerSecond

    let info: FilmInfo
    let streams: Set<Int>
    private let source: any RandomAccessSource
    private(set) var demuxer: Demuxer
    private var clocks: [Int: SourceClock] = [:]
    private var queues: [Int: ArraySlice<Timed>] = [:]
    /// How far each stream was certainly read.
    private var reached: [Int: Int64] = [:]
    private var latest: [Int: Int64] = [:]
    private var sounds: [Int: TrustedTimes<Timed>] = [:]
    /// Where reading began, in ticks.
    private var beginning: Int64 = 0
    private var isUntouched: Bool
    /// For films without an index.
    private let places: FilmPlaces?
    private(set) var hasEnded = false
    /// Packets of other streams than the picture's are forgotten before this.
    private var keptFrom = Int64.min

    /// - Parameter demuxer: just opened, nothing read from it yet; nil: opened here.
    init(source: any RandomAccessSource, info: FilmInfo, streams: Set<Int>, demuxer: Demuxer? = nil) throws {
        self.source = source
        self.info = info
        self.streams = streams
        let demuxer = try demuxer ?? FilmFile(source).demuxer
        self.demuxer = demuxer
        isUntouched = true
        let video = info.access == .bisected ? demuxer.streams.first { $0.index == info.video.index } : nil
        places = video.flatMap { video in
            FilmPlaces(
                source: source, container: info.container, video: video,
                clock: SourceClock(timeBase: video.timeBase, origin: info.origin, container: info.container))
        }
        prepare()
    }

    func clock(_ stream: Int) -> SourceClock {
        clocks[stream]
            ?? SourceClock(timeBase: Rational(1, 90_000), origin: info.origin, container: info.container)
    }

    // MARK: Places

    /// Begins anew at the file's first byte.
    func rewind() throws {
        forget()
        guard !isUntouched else { return }
        demuxer = try FilmFile(source).demuxer
        isUntouched = true
        prepare()
    }

    /// Goes to a place at or before this time: a key frame, if the file has an index.
    func seek(toTicks ticks: Int64) throws {
        defer { keptFrom = ticks - Self.lead }
        let video = info.video.index
        if let places {
            guard let place = try places.place(before: ticks, duration: info.grid.duration) else { return try rewind() }
            forget()
            beginning = ticks
            isUntouched = false
            hasEnded = try !demuxer.seek(to: place, stream: video, in: info.container)
        } else {
            forget()
            beginning = ticks
            isUntouched = false
            // Where the container finds nothing there is nothing: the end, or a broken index.
            hasEnded = try !demuxer.seek(stream: video, to: clock(video).time(ofTicks: ticks))
        }
    }

    private func forget() {
        queues = [:]
        reached = [:]
        latest = [:]
        sounds = [:]
        beginning = 0
        hasEnded = false
        keptFrom = .min
    }

    private func prepare() {
        demuxer.select(streams: streams)
        for stream in demuxer.streams where streams.contains(stream.index) || stream.index == info.video.index {
            clocks[stream.index] = SourceClock(
                timeBase: stream.timeBase, origin: info.origin, container: info.container)
        }
    }

    // MARK: Packets

    /// The next packet of a stream; nil at the end, or if there is none before `limit` as far as can be told.
    func next(_ stream: Int, before limit: Int64) throws -> Timed? {
        while queues[stream]?.isEmpty ?? true {
            guard try read(stream, before: limit) else {
                // Nothing comes that could say whether these are where they should be.
                sounds[stream]?.takeDoubtful(before: hasEnded ? .max : limit).forEach(queue)
                break
            }
        }
        return queues[stream]?.popFirst()
    }

    /// Forgets what waits of a stream that only tells how far reading has come.
    func drop(_ stream: Int) { queues[stream] = nil }

    /// Reads one packet of any stream. False: no sense in reading on for this one.
    private func read(_ stream: Int, before limit: Int64) throws -> Bool {
        let others = reached.filter { $0.key != stream }.values.max() ?? .min
        let queued = queues.values.reduce(0) { $0 + $1.count }
        guard !hasEnded, others < limit + Self.reach, queued < Self.mostQueued else { return false }
        isUntouched = false
        guard let packet = try demuxer.nextPacket() else {
            hasEnded = true
            return false
        }
        guard streams.contains(packet.stream) else { return true }
        let clock = clock(packet.stream)
        guard let ticks = clock.ticks(packet), let decodeTicks = clock.decodeTicks(packet) else { return true }
        let timed = Timed(packet: packet, ticks: ticks, decodeTicks: decodeTicks)
        // Pictures build on each other, so each is needed; texts are rightly far apart.
        if info.audio.contains(where: { $0.index == packet.stream }) {
            var times = sounds[packet.stream] ?? TrustedTimes(from: beginning)
            sounds[packet.stream] = nil
            times.add(timed, at: decodeTicks, lasting: clock.duration(packet.duration)).forEach(queue)
            reached[packet.stream] = times.reached
            sounds[packet.stream] = times
        } else {
            // A single broken time is no progress.
            reached[packet.stream] = min(latest[packet.stream] ?? decodeTicks, decodeTicks)
            latest[packet.stream] = decodeTicks
            queue(timed)
        }
        return true
    }

    private func queue(_ timed: Timed) {
        guard timed.ticks >= keptFrom || timed.packet.stream == info.video.index else { return }
        queues[timed.packet.stream, default: []].append(timed)
    }
}
