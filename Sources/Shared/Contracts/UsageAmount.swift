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
    /// Bytes that a whole film has in the chosen rendition, once per view: what is not watched is not sent.
    case offered
}
