/// What the provider's guide says of one channel, cleaned as `FilmMetadata`: programmes in order, the running one first.
public struct GuideMetadata: Contract, Equatable {
    public struct Programme: Codable, Sendable, Equatable {
        public let title: String
        public var description: String?
        /// Seconds since 1970.
        public let start: Int64
        public let end: Int64

        public init(title: String, description: String?, start: Int64, end: Int64) {
            self.title = title
            self.description = description
            self.start = start
            self.end = end
        }
    }

    /// Programmes that are kept of a channel.
    public static let most = 48

    public var v = 1
    public let programmes: [Programme]

    public init(programmes: [Programme]) { self.programmes = programmes }
}
