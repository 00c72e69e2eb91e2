import Contracts
import Media

/// How long a film is whose file does not tell, or no longer holds what it tells: until its last picture.
enum FilmEnd {
    /// Blocks at the file's end that are read, more of them until there is a picture. Even at high rates the first number
    /// holds more pictures than any encoder reorders.
    private static let blocks: [Int64] = [4, 16, 64]

    /// The end in ticks after the first picture; nil: no picture was found. Leaves the demuxer somewhere near the file's
    /// end. Throws what the source throws.
    /// - Parameter frame: ticks that the last picture is shown for.
    static func ticks(_ file: FilmFile, video: Int, clock: SourceClock, places: FilmPlaces, frame: Int64) throws
        -> Int64?
    {
        for blocks in blocks {
            guard let place = try places.place(inLast: blocks),
                try file.demuxer.seek(to: place, stream: video, in: file.container)
            else { continue }
            var last: Int64?
            while let packet = try file.demuxer.nextPacket() {
                guard packet.stream == video, let ticks = clock.ticks(packet) else { continue }
                last = max(last ?? ticks, ticks)
            }
            if let last, last >= 0 { return last + frame }
        }
        return nil
    }
}
