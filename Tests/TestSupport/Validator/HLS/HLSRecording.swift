/// Everything that a client got of one stream: what the validator judges.
public struct HLSRecording: Sendable {
    public struct Version: Sendable {
        public let bytes: [UInt8]
        /// Since the recording began.
        public let time: Duration

        public init(bytes: [UInt8], time: Duration = .zero) {
            self.bytes = bytes
            self.time = time
        }
    }

    public struct Rendition: Sendable {
        /// For messages: `720p`.
        public let name: String
        /// As written in the multivariant playlist.
        public let uri: String
        /// Every media playlist that came, in order.
        public var versions: [Version] = []
        /// By media sequence number.
        public var segments: [Int64: [UInt8]] = [:]

        public init(name: String, uri: String) {
            self.name = name
            self.uri = uri
        }

        /// All segments in order, as a player would feed them to its decoder.
        public var concatenated: [UInt8] { segments.sorted { $0.key < $1.key }.flatMap(\.value) }
    }

    /// A request that did not go as it should have.
    public struct Failure: Sendable, Hashable, CustomStringConvertible {
        /// Which rule of HTTP or HLS: `http.status`, `http.type`, `http.reload`.
        public let rule: String
        /// `360p playlist`, `360p seq 17`.
        public let place: String
        public let message: String
        /// Since the recording began.
        public let time: Duration

        public var description: String { "[\(rule)] \(place) after \(time): \(message)" }
    }

    public var master: [UInt8]
    public var renditions: [Rendition]
    public var failures: [Failure] = []
    /// When each segment was there in full, by rendition name and sequence.
    public var arrivals: [String: [Int64: Duration]] = [:]

    /// The smallest number of segments that any rendition has.
    public var completeSegments: Int { renditions.map(\.segments.count).min() ?? 0 }

    public subscript(_ name: String) -> Rendition? { renditions.first { $0.name == name } }

    public init(master: [UInt8], renditions: [Rendition]) {
        self.master = master
        self.renditions = renditions
    }

    /// Judges all of it by the rules of DESIGN §5.4–5.5 and MEDIA.md §3.
    public func validate(_ expectations: HLSExpectations = .live) -> ValidationReport {
        HLSValidator(recording: self, expectations: expectations).run()
    }
}
