import Contracts

/// A view of a stream or film, as far as making room for another one needs it.
protocol IdleView {
    /// Since when nobody has asked for it; `nil`: somebody wants it or waits.
    var idleSince: ContinuousClock.Instant? { get }
    /// Nobody asked for longer than `patience` and nobody waits: from now on the view is closed.
    func closeIfIdle(for patience: Duration) -> Bool
}

extension StreamView: IdleView {}
extension FilmView: IdleView {}

extension Dictionary where Key == StreamID, Value: IdleView {
    /// Closes and removes the view that has been idle longest. Returns whether one was for longer than `patience`.
    mutating func makeRoom(idleFor patience: Duration) -> Bool {
        let idle = compactMap { stream, view in view.idleSince.map { (stream: stream, view: view, since: $0) } }
        guard let longest = idle.min(by: { $0.since < $1.since }), longest.view.closeIfIdle(for: patience) else {
            return false
        }
        self[longest.stream] = nil
        return true
    }
}
