import NIOCore

/// Looks for what is past its deadline every 50 ms, as long as there is something to look at: one timer for thousands of
/// commands instead of one each. Used on its event loop only.
final class RedisSweep {
    static let period = TimeAmount.milliseconds(50)
    private let eventLoop: any EventLoop
    private var isArmed = false
    /// Expires what is due, and returns whether anything is left to watch.
    var sweep: (NIODeadline) -> Bool = { _ in false }

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func arm() {
        guard !isArmed else { return }
        isArmed = true
        _ = eventLoop.assumeIsolated().scheduleTask(in: Self.period) { [weak self] in
            guard let self else { return }
            isArmed = false
            if sweep(.now()) { arm() }
        }
    }
}
