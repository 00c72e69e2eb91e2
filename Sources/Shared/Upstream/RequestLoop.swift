import CCurl
import Synchronization

/// The thread behind `UpstreamClient`: owns the multi handle and every transfer on it.
///
/// `@unchecked Sendable`: `active` is touched by the loop's thread alone (`run()` and what it calls, all private).
/// The multi handle is shared only for `curl_multi_wakeup`, which libcurl allows from any thread, under the mutex whose
/// `isOpen` the loop clears before it frees the handle.
final class RequestLoop: @unchecked Sendable {
    private struct Inbox {
        var queue: [RequestJob] = []
        /// The thread takes requests; false once it is told to stop.
        var isAccepting = true
        /// The multi handle exists.
        var isOpen = true
        var enders: [CheckedContinuation<Void, Never>] = []
    }

    private struct Running {
        let job: RequestJob
        let transfer: CurlTransfer
        let body: BodyCollector
    }

    private let policy: UpstreamPolicy
    private let maximumActive: Int
    private let maximumQueued: Int
    private let multi: UnsafeMutableRawPointer
    private let inbox = Mutex(Inbox())
    private var active: [UnsafeMutableRawPointer: Running] = [:]

    init(policy: UpstreamPolicy, maximumActive: Int, maximumQueued: Int) throws(UpstreamError) {
        try CurlGlobal.start()
        guard let multi = curl_multi_init() else { throw UpstreamError(.overloaded, "no memory for requests") }
        self.policy = policy
        self.maximumActive = maximumActive
        self.maximumQueued = maximumQueued
        self.multi = multi
        // Idle connections that are kept for the next request.
        dash_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 16)
    }

    // MARK: From any thread

    func submit(_ job: RequestJob) {
        let refusal: UpstreamError? = inbox.withLock { inbox in
            guard inbox.isAccepting else { return UpstreamError(.cancelled, "the client is shut down") }
            guard inbox.queue.count < maximumQueued else { return UpstreamError(.overloaded, "too many requests wait") }
            inbox.queue.append(job)
            return nil
        }
        if let refusal { job.answer(.failure(refusal)) } else { wake() }
    }

    func wake() {
        inbox.withLock { if $0.isOpen { curl_multi_wakeup(multi) } }
    }

    func stop() {
        inbox.withLock { $0.isAccepting = false }
        wake()
    }

    func waitUntilEnded() async {
        await withCheckedContinuation { continuation in
            let hasEnded = inbox.withLock { inbox in
                if inbox.isOpen { inbox.enders.append(continuation) }
                return !inbox.isOpen
            }
            if hasEnded { continuation.resume() }
        }
    }

    // MARK: On the loop's thread

    /// Carries out requests until `stop()`.
    func run() {
        while inbox.withLock({ $0.isAccepting }) {
            startQueued()
            var count: Int32 = 0
            curl_multi_perform(multi, &count)
            finishDone()
            dropCancelled()
            // Woken by sockets and by `wake()`. The bound is for deadlines in the queue.
            let mayStart = inbox.withLock { !$0.queue.isEmpty } && active.count < maximumActive
            if !mayStart { curl_multi_poll(multi, nil, 0, 250, nil) }
        }
        end()
    }

    private func startQueued() {
        let (ready, late, waiting) = takeQueued()
        for job in late { job.answer(.failure(job.isCancelled ? Self.cancelled : Self.late)) }
        for job in ready { start(job) }
        UpstreamMetrics.load(queued: waiting, active: active.count)
    }

    private func takeQueued() -> (ready: [RequestJob], late: [RequestJob], waiting: Int) {
        let now = ContinuousClock.now
        let room = maximumActive - active.count
        return inbox.withLock { inbox in
            let late = inbox.queue.filter { $0.deadline <= now || $0.isCancelled }
            if !late.isEmpty { inbox.queue.removeAll { $0.deadline <= now || $0.isCancelled } }
            let ready = Array(inbox.queue.prefix(room))
            inbox.queue.removeFirst(ready.count)
            return (ready, late, inbox.queue.count)
        }
    }

    private func start(_ job: RequestJob) {
        let body = BodyCollector(job.request.body)
        do throws(UpstreamError) {
            let transfer = try CurlTransfer(job.request, policy: policy, sink: body)
            let remaining = max(1, (job.deadline - .now).milliseconds)
            dash_curl_set_long(transfer.easy, CURLOPT_TIMEOUT_MS, remaining)
            guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
                throw UpstreamError(.overloaded, "no memory for a request")
            }
            active[transfer.easy] = Running(job: job, transfer: transfer, body: body)
        } catch {
            job.answer(.failure(error))
        }
    }

    private func finishDone() {
        var queued: Int32 = 0
        while let message = curl_multi_info_read(multi, &queued) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let result = dash_curl_message_result(message)
            guard let running = remove(easy) else { continue }
            running.job.answer(Self.answer(running, result))
        }
    }

    private static func answer(_ running: Running, _ result: CURLcode) -> RequestJob.Answer {
        if let error = running.transfer.error(for: result) { return .failure(error) }
        guard let head = running.transfer.head else {
            return .failure(UpstreamError(.closed, "the response has no head"))
        }
        return .success(UpstreamResponse(head: head, body: running.body.bytes))
    }

    private func dropCancelled() {
        for (easy, running) in active where running.job.isCancelled {
            remove(easy)?.job.answer(.failure(Self.cancelled))
        }
    }

    /// Takes a transfer off the multi handle: its connection is closed or in the pool after this.
    @discardableResult
    private func remove(_ easy: UnsafeMutableRawPointer) -> Running? {
        guard let running = active.removeValue(forKey: easy) else { return nil }
        curl_multi_remove_handle(multi, easy)
        return running
    }

    private func end() {
        for easy in active.keys { remove(easy)?.job.answer(.failure(Self.cancelled)) }
        let (queue, enders) = inbox.withLock { inbox in
            inbox.isOpen = false
            defer { (inbox.queue, inbox.enders) = ([], []) }
            return (inbox.queue, inbox.enders)
        }
        for job in queue { job.answer(.failure(Self.cancelled)) }
        curl_multi_cleanup(multi)
        for ender in enders { ender.resume() }
    }

    private static let cancelled = UpstreamError(.cancelled, "the request was cancelled")
    private static let late = UpstreamError(.timeout, "the request waited too long for its turn")
}
