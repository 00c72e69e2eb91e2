import Foundation
import TestSupport

/// One run of `wrk` over connections that stay open: as many requests as the server answers, or a steady number.
struct Wrk {
    /// Requests and body bytes a second; answers that were not 2xx, and broken connections.
    let requests: Double
    let bytes: Double
    let errors: Int
    /// Seconds from a request to its answer's last byte. wrk adds the samples that a stop of the server has kept it from
    /// taking (`stats_correct` in its sources), so a stop counts for all who would have asked meanwhile.
    let p99: Double

    static let threads = 2

    /// Asks for `paths` in turn.
    /// - Parameters:
    ///   - rate: requests a second that are due; what was not sent in time is sent as soon as a connection is free.
    ///     `nil`: each connection asks as soon as it has its answer.
    ///   - folder: for its script.
    static func run(
        _ origin: String, paths: [String], connections: Int, rate: Double? = nil, seconds: Int, folder: URL
    ) throws -> Wrk {
        let script = folder.appending(path: "wrk.lua")
        let pace = rate.map { self.pace(interval: 1000 * Double(threads) / $0) } ?? ""
        try (lua(paths) + pace).write(to: script, atomically: true, encoding: .utf8)
        let output = try Tool.wrk.run([
            "-t", "\(threads)", "-c", "\(connections)", "-d", "\(seconds)s", "-s", script.path, origin,
        ])
        let words = output.split(separator: "\n").last { $0.hasPrefix("figures ") }?.split(separator: " ")
        guard let numbers = words?.compactMap({ Double($0) }), numbers.count == 5, numbers[0] > 0 else {
            throw Tool.Failed(command: "wrk", output: output)
        }
        return Wrk(
            requests: numbers[1] / numbers[0], bytes: numbers[2] / numbers[0], errors: Int(numbers[3]),
            p99: numbers[4])
    }

    private static func lua(_ paths: [String]) -> String {
        """
        local paths = {\(paths.map { "\"\($0)\"" }.joined(separator: ", "))}
        local requests, next = {}, 0
        function init() for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path) end end
        function request() next = next % #requests + 1; return requests[next] end
        function done(summary, latency)
          local e = summary.errors
          io.stderr:write(string.format("figures %f %d %d %d %f\\n", summary.duration / 1e6, summary.requests,
            summary.bytes, e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(99) / 1e6))
        end

        """
    }

    /// wrk asks how long each request is to wait: until the next time that is due on its thread. It waits whole milliseconds.
    /// - Parameter interval: milliseconds between two requests of a thread.
    private static func pace(interval: Double) -> String {
        """
        local ffi = require("ffi")
        ffi.cdef[[ typedef struct { long s, ns; } clock_value; int clock_gettime(int, clock_value *); ]]
        local clock, monotonic, due = ffi.new("clock_value"), 1, nil
        function delay()
          ffi.C.clock_gettime(monotonic, clock)
          local now = tonumber(clock.s) * 1e3 + tonumber(clock.ns) / 1e6
          due = (due or now) + \(interval)
          return math.max(0, math.floor(due - now + 0.5))
        end

        """
    }
}
