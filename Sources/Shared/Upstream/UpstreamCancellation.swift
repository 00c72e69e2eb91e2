import CCurl
import Synchronization

/// Ends the reads of one `UpstreamStream` from any thread, for good.
///
/// `@unchecked Sendable`: the multi handle is touched here only by `curl_multi_wakeup`, which libcurl allows from any
/// thread, and only under the mutex that its owner takes to withdraw the handle before freeing it.
public final class UpstreamCancellation: @unchecked Sendable {
    private let flag = Atomic<Bool>(false)
    private let multi = Mutex<Handle>(Handle())

    private struct Handle: @unchecked Sendable {
        // Proof: never leaves the mutex.
        var pointer: UnsafeMutableRawPointer?
    }

    public init() {}

    public var isCancelled: Bool { flag.load(ordering: .acquiring) }

    /// A read or open that waits now, and every later one, throws `cancelled`. Returns at once; may be called twice.
    public func cancel() {
        flag.store(true, ordering: .releasing)
        multi.withLock { handle in
            if let pointer = handle.pointer { curl_multi_wakeup(pointer) }
        }
    }

    /// The handle that waits; `nil` before it is freed.
    func attach(_ pointer: UnsafeMutableRawPointer?) {
        let handle = Handle(pointer: pointer)
        multi.withLock { $0 = handle }
    }
}
