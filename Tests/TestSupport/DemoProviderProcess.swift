import Foundation

/// A running DemoProvider on free ports of its own.
///
/// Use `withDemoProvider`: the process is stopped on every way out. It dies with the test process, too.
public final class DemoProviderProcess: Sendable {
    /// `http://127.0.0.1:PORT` of the panel and of the delivery host.
    public let panel: String
    public let cdn: String
    /// For tests that freeze or kill the provider.
    public let process: ChildProcess

    /// Starts the built executable and waits until it is ready (first the demo media may have to be made).
    ///
    /// - Parameters:
    ///   - media: a folder of live/, movies/, series/; `nil` takes the shared demo set, made once per machine.
    ///   - options: further command line options, for example `["--max-connections", "1"]`.
    public static func start(media: String? = nil, options: [String] = []) async throws -> DemoProviderProcess {
        let folder: String
        if let media { folder = media } else { folder = try await DemoMedia.folder() }
        let output = OutputFile()
        defer { output.remove() }
        let child = try ChildProcess(
            try BuiltProduct.path("DemoProvider"), ["--port", "0", "--cdn-port", "0", "--media", folder] + options,
            output: output.path)
        guard let line = try await output.line(startingWith: "DemoProvider ready ", of: child, seconds: 60),
            let panel = Self.value("panel", in: line), let cdn = Self.value("cdn", in: line)
        else {
            try await child.stop()
            throw DemoProviderFailure("DemoProvider did not start; it said: \(output.text)")
        }
        return DemoProviderProcess(panel: panel, cdn: cdn, process: child)
    }

    private init(panel: String, cdn: String, process: ChildProcess) {
        self.panel = panel
        self.cdn = cdn
        self.process = process
    }

    private static func value(_ name: String, in line: String) -> String? {
        line.split(separator: " ").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// Ends it, and returns when it is gone.
    public func stop() async throws { try await process.stop() }

    deinit { process.signal(SIGKILL) }

    // MARK: Control

    /// The parsed answer of `GET /control/PATH`.
    public func report(_ path: String) async throws -> ControlValue {
        try await control("GET", path)
    }

    /// `POST /control/PATH` with parameters; throws if the provider refuses.
    @discardableResult
    public func control(_ path: String, _ parameters: [String: String] = [:]) async throws -> ControlValue {
        let query = parameters.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
        return try await control("POST", path + (query.isEmpty ? "" : "?" + query.joined(separator: "&")))
    }

    /// Switches a fault: `try await provider.fault("stall", ["channel": "8", "seconds": "10"])`.
    @discardableResult
    public func fault(_ kind: String, _ parameters: [String: String] = [:]) async throws -> ControlValue {
        try await control("fault", parameters.merging(["kind": kind]) { _, new in new })
    }

    public func change(_ settings: [String: String]) async throws { try await control("settings", settings) }

    /// Open media connections now, most ever, and opened in all.
    public func counters() async throws -> (open: Int, peak: Int, opened: Int) {
        let report = try await report("connections")
        return (report["media_open"].int ?? -1, report["media_peak"].int ?? -1, report["media_opened"].int ?? -1)
    }

    /// How often media of a stream (`live-8`, `vod-1906`) were opened.
    public func opened(_ stream: String) async throws -> Int {
        try await report("connections")["opened_by_stream"][stream].int ?? 0
    }

    /// Waits until `condition` holds for the connection report; throws after `seconds`.
    public func wait(
        _ what: String, seconds: Double = 20, until condition: (ControlValue) -> Bool
    ) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            let now = try await report("connections")
            if condition(now) { return }
            guard ContinuousClock.now < end else {
                throw DemoProviderFailure("waited \(seconds) s in vain for: \(what); last report: \(now)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func control(_ method: String, _ path: String) async throws -> ControlValue {
        let answer = try await SimpleHTTP.send(method, panel + "/control/" + path)
        guard answer.status == 200 else {
            throw DemoProviderFailure(
                "control \(path): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        }
        return try JSONDecoder().decode(ControlValue.self, from: Data(answer.body))
    }
}

/// Runs a test body with a provider that is stopped afterwards in every case.
public func withDemoProvider<Result>(
    media: String? = nil, options: [String] = [], _ body: (DemoProviderProcess) async throws -> Result
) async throws -> Result {
    let provider = try await DemoProviderProcess.start(media: media, options: options)
    do {
        let result = try await body(provider)
        try await provider.stop()
        return result
    } catch {
        try? await provider.stop()
        throw error
    }
}

public struct DemoProviderFailure: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
