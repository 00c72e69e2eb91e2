import Foundation
import TestSupport

/// One run of `wrk`: as many requests as the server answers, over connections that stay open.
struct Wrk {
    /// Requests and body bytes a second; answers that were not 2xx, and broken connections.
    let requests: Double
    let bytes: Double
    let errors: Int

    static let threads = 2

    /// Asks for `paths` in turn.
    /// - Parameter folder: for its script.
    static func run(_ origin: String, paths: [String], connections: Int, seconds: Int, folder: URL) throws -> Wrk {
        let script = folder.appending(path: "paths.lua")
        try lua(paths).write(to: script, atomically: true, encoding: .utf8)
        let output = try Tool.wrk.run([
            "-t", "\(threads)", "-c", "\(connections)", "-d", "\(seconds)s", "-s", script.path, origin,
        ])
        let words = output.split(separator: "\n").last { $0.hasPrefix("figures ") }?.split(separator: " ")
        guard let numbers = words?.compactMap({ Double($0) }), numbers.count == 4, numbers[0] > 0 else {
            throw Tool.Failed(command: "wrk", output: output)
        }
        return Wrk(requests: numbers[1] / numbers[0], bytes: numbers[2] / numbers[0], errors: Int(numbers[3]))
    }

    private static func lua(_ paths: [String]) -> String {
        """
        local paths = {\(paths.map { "\"\($0)\"" }.joined(separator: ", "))}
        local requests, next = {}, 0
        function init() for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path) end end
        function request() next = next % #requests + 1; return requests[next] end
        function done(summary)
          local e = summary.errors
          io.stderr:write(string.format("figures %f %d %d %d\\n", summary.duration / 1e6, summary.requests, summary.bytes,
            e.connect + e.read + e.write + e.status + e.timeout))
        end
        """
    }
}
