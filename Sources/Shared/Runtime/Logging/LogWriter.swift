import FoundationEssentials
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes log lines to a file descriptor from one thread of its own, so that a slow reader of our output never holds up
/// an event loop or a media thread.
///
/// At most `capacity` lines wait; when the reader is slower than that, new lines are dropped and counted, and the count
/// is written as soon as there is room.
public final class LogWriter: Sendable {
    private struct State {
        var lines: [String] = []
        var dropped = 0
        var isDraining = false
    }

    private let state = Mutex(State())
    private let descriptor: Int32
    private let capacity: Int
    private let thread: NIOThreadPool

    public init(descriptor: Int32 = STDOUT_FILENO, capacity: Int = 10_000) {
        self.descriptor = descriptor
        self.capacity = capacity
        thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
    }

    /// Queues one line. Never blocks.
    public func write(_ line: String) {
        let mustStart = state.withLock { state in
            guard state.lines.count < capacity else {
                state.dropped += 1
                return false
            }
            state.lines.append(line)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if mustStart { thread.submit { _ in self.drain() } }
    }

    /// Returns when everything queued before the call is written.
    public func flush() async {
        try? await thread.runIfActive { self.drain() }
    }

    private func drain() {
        while true {
            let batch = state.withLock { state -> String? in
                guard !state.lines.isEmpty || state.dropped > 0 else {
                    state.isDraining = false
                    return nil
                }
                defer {
                    state.lines.removeAll(keepingCapacity: true)
                    state.dropped = 0
                }
                let loss =
                    state.dropped > 0
                    ? "{\"level\":\"warning\",\"message\":\"log lines dropped\",\"count\":\"\(state.dropped)\"}\n" : ""
                return state.lines.joined() + loss
            }
            guard let batch else { return }
            Self.writeAll(batch, to: descriptor)
        }
    }

    /// Gives up on a closed pipe: there is nobody to tell.
    private static func writeAll(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { systemWrite(descriptor, $0) }
            if written > 0 {
                bytes = bytes.dropFirst(written)
            } else if errno != EINTR && errno != EAGAIN {
                return
            }
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
