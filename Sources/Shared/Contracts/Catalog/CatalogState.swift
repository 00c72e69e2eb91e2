/// What Redis knows of one list of the catalog, at one moment.
public struct CatalogState: Sendable, Equatable {
    /// A list that was loaded whole. Its chunks stay until the next one is.
    public struct Version: Sendable, Hashable {
        /// Grows with every load, Redis ms at least.
        public let number: Int64
        public let chunks: Int
        public let entries: Int
        /// Of all lines together, line breaks included.
        public let bytes: Int

        public init(number: Int64, chunks: Int, entries: Int, bytes: Int) {
            self.number = number
            self.chunks = chunks
            self.entries = entries
            self.bytes = bytes
        }
    }

    public let version: Version?
    /// Why there is no version.
    public let failure: StreamReason?
    /// When it is to be loaded anew, and now: Redis ms.
    public let expiresAt: Int64
    public let now: Int64

    public var isFresh: Bool { (version != nil || failure != nil) && now < expiresAt }
}
