import CCurl

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A named thread of its own for a loop that lasts and blocks, which must not run on the cooperative pool.
enum DedicatedThread {
    /// Starts `body`; the thread ends when it returns.
    /// - Parameter name: at most 15 bytes are shown by the kernel.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(UpstreamError) {
        let box = Unmanaged.passRetained(Box(name: name, body: body))
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let result = pthread_create(&thread, nil, { Box.run($0) }, box.toOpaque())
        guard result == 0 else {
            box.release()
            throw UpstreamError(.overloaded, "no thread for requests")
        }
        #if canImport(Glibc)
            pthread_detach(thread)
        #else
            thread.map { _ = pthread_detach($0) }
        #endif
    }

    private final class Box: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        static func run(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
            guard let pointer else { return nil }
            let box = Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue()
            dash_name_this_thread(box.name)
            box.body()
            return nil
        }
    }
}
