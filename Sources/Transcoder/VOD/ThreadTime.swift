#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The CPU time that the calling thread has used, in nanoseconds.
enum ThreadTime {
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
