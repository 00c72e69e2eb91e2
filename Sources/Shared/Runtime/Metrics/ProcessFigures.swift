import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the operating system says of this process, read when the metrics are.
enum ProcessFigures {
    static func render(into text: inout PrometheusText, since start: Date, build: String) {
        text.gauge("dash_build_info", labels: build, 1)
        text.gauge("process_start_time_seconds", start.timeIntervalSince1970)
        if let seconds = cpuSeconds() { text.gauge("process_cpu_seconds_total", seconds) }
        if let bytes = residentBytes() { text.gauge("process_resident_memory_bytes", bytes) }
    }

    /// User and system time of all threads.
    private static func cpuSeconds() -> Double? {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Second field of `/proc/self/statm`, in pages. Absent on other systems.
    private static func residentBytes() -> Double? {
        guard let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = statm.split(separator: " ")
        guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
}
