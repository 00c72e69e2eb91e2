import Contracts
import Media

/// What the source thread tells the engine thread, in order.
enum SourceEvent: Sendable {
    /// A connection was made and its streams are known.
    case connected([StreamDescription])
    /// Within the connection, streams have changed their codecs: all before is given out, all after is anew.
    case program([StreamDescription])
    /// Streams appeared or changed.
    case streams([StreamDescription])
    /// Packets of this stream follow: a decoder for them. Comes again when the stream's codec changes.
    case decoder(StreamDescription, Handover<Decoder>)
    case packet(Packet)
    /// The connection is gone, or could not be made; another attempt follows.
    case lost(LiveSourceError)
    /// The end of a file.
    case ended

    /// Bytes that wait with it.
    var weight: Int {
        guard case .packet(let packet) = self else { return 0 }
        return packet.size
    }
}
