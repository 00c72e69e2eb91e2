import Dispatch

/// One large response, read piece by piece from asynchronous code, which takes each when it is ready for it.
///
/// Hides the thread that waits in libcurl: everything runs on a queue of its own, never on the cooperative pool. Between two
/// reads TCP holds the sender back; at most a megabyte is kept. Cancelling the task that reads does not end it: call `cancel` then.
public actor UpstreamDownload {
    /// Bytes that may wait to be read.
    private static let buffered = 1 << 20

    private nonisolated let queue = BlockingQueue(label: "upstream-download")
    private nonisolated let cancellation: UpstreamCancellation
    private let stream: UpstreamStream

    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - patience: from `open` to the head of the answer; panels make long lists before they send the first byte.
    ///   - stall: a read that gets no byte for so long throws `stalled`.
    public init(policy: UpstreamPolicy, patience: Duration, stall: Duration) {
        var options = UpstreamStream.Options()
        options.openTimeout = patience
        options.stallTimeout = stall
        options.bufferLimit = Self.buffered
        let cancellation = UpstreamCancellation()
        self.cancellation = cancellation
        stream = UpstreamStream(policy: policy, options: options, cancellation: cancellation)
    }

    /// Sends a GET and follows redirects. Any status is an answer.
    public func open(_ url: UpstreamURL) throws(UpstreamError) -> UpstreamHead {
        try stream.open(url)
    }

    /// The next bytes, at most `count` of them; none at the end. An answer that breaks off throws `closed`.
    public func read(upTo count: Int) throws(UpstreamError) -> [UInt8] {
        var failure: UpstreamError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
            do throws(UpstreamError) {
                filled = try stream.read(into: UnsafeMutableRawBufferPointer(target))
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Closes the connection before it returns. To be called on every way out.
    public func close() { stream.close() }

    /// Ends a read that waits, and every later one. Any thread.
    public nonisolated func cancel() { cancellation.cancel() }
}

/// A serial queue as an executor: its jobs may block.
private final class BlockingQueue: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
