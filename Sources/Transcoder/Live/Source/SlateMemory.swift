import Synchronization

/// How the slates begin that a worker has seen, for all its channels: a provider has few. Any thread.
public final class SlateMemory: Sendable {
    /// The oldest goes.
    private static let most = 64

    private let known = Mutex<[SourceBeginning]>([])

    public init() {}

    func contains(_ beginning: SourceBeginning) -> Bool { known.withLock { $0.contains(beginning) } }
    func knows(first: UInt64) -> Bool { known.withLock { $0.contains { $0.first == first } } }

    func add(_ beginning: SourceBeginning) {
        known.withLock { known in
            guard !known.contains(beginning) else { return }
            if known.count == Self.most { known.removeFirst() }
            known.append(beginning)
        }
    }
}
