import Foundation

/// User and system time of this process or of its finished children, in seconds.
struct CPUTime: CustomStringConvertible {
    let seconds: Double

    static func ofProcess() -> CPUTime { CPUTime(who: RUSAGE_SELF) }
    static func ofFinishedChildren() -> CPUTime { CPUTime(who: RUSAGE_CHILDREN) }

    private init(who: __rusage_who) {
        var usage = rusage()
        getrusage(__rusage_who_t(who.rawValue), &usage)
        seconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    }

    private init(seconds: Double) { self.seconds = seconds }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    static func - (later: CPUTime, earlier: CPUTime) -> CPUTime { CPUTime(seconds: later.seconds - earlier.seconds) }

    var description: String { String(format: "%.2f", seconds) }
}
