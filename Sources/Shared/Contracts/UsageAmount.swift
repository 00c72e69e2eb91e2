/// What the books count, per kind of stream and rendition. The raw values begin the fields of the books: `bytes:vod:720p`.
public enum UsageAmount: String, Sendable, CaseIterable {
    /// Sent by us to viewers.
    case bytes
    /// Segments sent by us.
    case segments
    /// New playback sessions.
    case views
    /// Segments that a gateway had in memory.
    case cached
    /// Segments that came out of storage and so were not made again.
    case stored
    /// Bytes that a viewer fetched from the provider itself, as far as is known: the file's size.
    case direct
    /// Bytes of segments whose URLs lead straight to the bucket, as listed in playlists.
    case presigned
    /// Length of a film in ms, once per view: what is not watched is not sent.
    case offered
    /// Milliseconds of film whose pictures were sent by us, or listed for the bucket.
    case played
    /// Bytes that pictures sent in a lower quality than the default one would have had more in that one.
    case spared
}
