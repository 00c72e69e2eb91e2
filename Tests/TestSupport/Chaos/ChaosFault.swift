/// One thing that goes wrong at a known moment of a run.
public struct ChaosFault: Sendable, Hashable {
    /// What is hit. Services have as many instances as the stack runs.
    public enum Target: String, Sendable, CaseIterable {
        case gateway, transcoder, tokenService, segmentStore, redis, mediaRedis, provider
    }

    public enum Act: String, Sendable, CaseIterable {
        /// SIGKILL, and started again when the fault is over.
        case kill
        /// SIGTERM, and started again when the fault is over.
        case stop
        /// SIGSTOP, then SIGCONT.
        case pause
        /// Connections are reset, new ones closed at once.
        case cut
        /// Every piece of data is held back for a while, in both directions.
        case slow
        /// Of the provider, by its own switches.
        case drop, hang, status, stall, garbage, expireTokens, slowConnect
    }

    /// A target and what can happen to it.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        public let target: Target
        public let act: Act

        public var description: String { "\(target.rawValue) \(act.rawValue)" }

        /// Every kind that there is, in a fixed order.
        public static let all: [Kind] = Target.allCases.flatMap { target in
            acts(on: target).map { Kind(target: target, act: $0) }
        }

        private static func acts(on target: Target) -> [Act] {
            switch target {
            case .gateway, .transcoder, .tokenService, .segmentStore: [.kill, .stop, .pause]
            case .redis, .mediaRedis: [.kill, .stop, .pause, .cut, .slow]
            case .provider: [.pause, .drop, .hang, .status, .stall, .garbage, .expireTokens, .slowConnect]
            }
        }
    }

    public let kind: Kind
    /// Which instance, reduced to how many there are by whoever does it.
    public let instance: Int
    /// Milliseconds after the beginning of the run.
    public let at: Int
    /// Milliseconds until it is undone.
    public let lasts: Int
}
