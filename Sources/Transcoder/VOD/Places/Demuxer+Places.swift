import Contracts
import Media

extension Demuxer {
    /// Goes to a place that was found by looking at the file's bytes. False: libav cannot go there.
    func seek(to place: Place, stream: Int, in container: FilmContainer) throws -> Bool {
        guard container == .matroska else { return try seek(toByte: place.position) }
        // Matroska's reader is in the middle of some element; only an index leads it out of it and into another.
        addIndex(IndexEntry(time: place.time, position: place.position, size: 0, isKey: true), to: stream)
        // Behind its last entry it would look for one more by reading on.
        addIndex(IndexEntry(time: 1 << 60, position: place.position, size: 0, isKey: true), to: stream)
        return try seek(stream: stream, to: place.time)
    }

    /// The next packet of any stream. Nil: the end, or damage that libav cannot get over; the film ends there.
    func nextPacket() throws -> Packet? {
        do { return try readPacket() } catch is LibavError { return nil }
    }
}
