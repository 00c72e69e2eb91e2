/// HTTP requests whose bodies fit in memory: the provider's API, redirects by hand, object storage.
///
/// All requests of a client share one thread, which drives libcurl, and its pool of connections; nothing runs on the
/// cooperative pool. At most `maximumActive` run at a time, `maximumQueued` wait (their deadline runs), and more are
/// refused with `overloaded`. Released or shut down, it cancels what runs.
public final class UpstreamClient: Sendable {
    private let loop: RequestLoop

    public init(
        policy: UpstreamPolicy, maximumActive: Int = 64, maximumQueued: Int = 512
    ) throws(UpstreamError) {
        loop = try RequestLoop(policy: policy, maximumActive: maximumActive, maximumQueued: maximumQueued)
        let loop = loop
        try DedicatedThread.start(name: "upstream") { loop.run() }
    }

    deinit { loop.stop() }

    /// Sends the request and waits for as much of the response as it wants. Any status is a response.
    ///
    /// Cancelling the task ends the request at once. When this returns, the connection is closed or back in the pool.
    public func request(_ request: UpstreamRequest) async throws(UpstreamError) -> UpstreamResponse {
        let job = RequestJob(request)
        let answer = await withTaskCancellationHandler {
            loop.submit(job)
            return await job.wait()
        } onCancel: {
            job.cancel()
            loop.wake()
        }
        if case .failure(let error) = answer { UpstreamMetrics.count(error) } else { UpstreamMetrics.count(nil) }
        return try answer.get()
    }

    /// Ends what runs with `cancelled`, refuses what comes, and returns when the thread is done.
    public func shutdown() async {
        loop.stop()
        await loop.waitUntilEnded()
    }
}
