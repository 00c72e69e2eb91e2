import Foundation
import Logging
import Synchronization
import Testing

@testable import Runtime

struct RuntimeLoggingTests {
    /// Keeps what a logger writes.
    private final class Lines: Sendable {
        private let all = Mutex<[String]>([])
        func append(_ line: String) { all.withLock { $0.append(line) } }
        var texts: [String] { all.withLock { $0 } }
    }

    private func logger(_ lines: Lines, format: LogFormat = .json) -> Logger {
        let output = ServiceLogHandler.Output(service: "gateway", instance: "gateway-1", format: format) {
            lines.append($0)
        }
        return Logger(label: "test") { ServiceLogHandler(label: $0, level: .debug, output: output) }
    }

    private func fields(_ line: String) throws -> [String: String] {
        try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
    }

    @Test func aLineIsOneJSONObjectWithDottedMetadata() throws {
        let lines = Lines()
        logger(lines).warning(
            "it \"broke\"\n\u{1}",
            metadata: ["stream": ["id": "live-8", "epoch": "3"], "message": "mine", "list": ["a", "b"]])
        let line = try #require(lines.texts.first)
        #expect(line.filter { $0 == "\n" }.count == 1 && line.hasSuffix("\n"))
        let fields = try fields(line)
        #expect(fields["message"] == "it \"broke\"\n\u{1}")
        #expect(fields["metadata.message"] == "mine")
        #expect(fields["stream.id"] == "live-8" && fields["stream.epoch"] == "3" && fields["list"] == "[a, b]")
        #expect(fields["level"] == "warning" && fields["service"] == "gateway" && fields["instance"] == "gateway-1")
        #expect(fields["requestId"] == nil)
        let timestamp = try #require(fields["timestamp"])
        #expect(timestamp.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(timestamp)")
    }

    @Test func theRequestIdIsOnEveryLineOfItsTask() async throws {
        let lines = Lines()
        let log = logger(lines)
        await RequestScope.with("abc-123") {
            log.info("outer")
            await withTaskGroup(of: Void.self) { $0.addTask { log.info("inner") } }
        }
        log.info("after")
        log.info("from a thread", metadata: ["requestId": "def-456"])
        let ids = try lines.texts.map { try fields($0)["requestId"] }
        #expect(ids == ["abc-123", "abc-123", nil, "def-456"])
    }

    @Test func secretsAreSweptFromMessageAndMetadata() throws {
        Secrets.register("p@ss/word-4711")
        Secrets.register("kurz")
        for format in [LogFormat.json, .terminal] {
            let lines = Lines()
            logger(lines, format: format).error(
                "p@ss/word-4711", metadata: ["a": "x=p%40ss%2Fword-4711&", "b": "kurz", "c": "verkurzt"])
            let line = try #require(lines.texts.first)
            #expect(!line.contains("word-4711"))
            #expect(line.contains("[redacted]") && line.contains("verkurzt"))
            #expect(line.matches(of: /\[redacted\]/).count == 3)
        }
    }

    @Test func passingSecretsAreBounded() {
        let marks = (0..<400).map { "passing-token-\($0)-\(UInt32.random(in: 100_000 ... .max))" }
        for mark in marks { Secrets.registerPassing(mark) }
        #expect(Secrets.redact(marks[399]) == "[redacted]")
        #expect(Secrets.redact(marks[0]) == marks[0])
    }

    @Test func requestIdsFromOutsideAreChecked() {
        #expect(RequestScope.accept("abc.DEF-1_2") == "abc.DEF-1_2")
        for bad in [nil, "", "a b", "a\nb", String(repeating: "a", count: 65), "ä", "a\"b"] as [String?] {
            let id = RequestScope.accept(bad)
            #expect(id != bad && id.count == 16)
        }
        #expect(RequestScope.makeID() != RequestScope.makeID())
    }

    @Test func aSlowReaderCostsLinesNotTime() async throws {
        let pipe = Pipe()
        let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, capacity: 100)
        // Nobody reads yet: the pipe fills at 64 KiB, then the queue, then lines are dropped.
        let line = String(repeating: "x", count: 999) + "\n"
        for _ in 0..<2000 { writer.write(line) }
        let reader = Task.detached { try pipe.fileHandleForReading.readToEnd() ?? Data() }
        await writer.flush()
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try await reader.value, as: UTF8.self)
        // Each time that there was room the lines lost until then are told.
        let dropped = text.matches(of: /"log lines dropped","count":"(\d+)"/).compactMap { Int($0.1) }.reduce(0, +)
        #expect(dropped > 1000)
        // Each line is there or counted.
        #expect(text.filter { $0 == "x" }.count / 999 + dropped == 2000)
    }
}
