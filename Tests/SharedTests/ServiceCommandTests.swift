import Foundation
import Probe
import TestSupport
import Testing

@testable import Runtime

/// What the executables answer instead of running.
struct ServiceCommandTests {
    @Test(
        arguments: [
            ([], .run), (["--healthcheck"], .healthcheck(.live)), (["--healthcheck", "live"], .healthcheck(.live)),
            (["--healthcheck", "ready"], .healthcheck(.ready)), (["--version"], .version), (["--help"], .help),
            (["-h"], .help), (["--healthcheck", "dead"], .unknown("dead")), (["run"], .unknown("run")),
            (["--healthcheck", "live", "more"], .unknown("more")), (["--version", "now"], .unknown("now")),
        ] as [([String], ServiceCommand)])
    func argumentsAreRead(arguments: [String], expected: ServiceCommand) {
        #expect(ServiceCommand(arguments) == expected)
    }

    @Test func withoutArgumentsTheServiceRuns() async {
        #expect(await ServiceCommand.run.answer(for: .gateway, settings: Settings(environment: [:])) == nil)
    }

    @Test func versionHelpAndMistakesAreAnswered() async throws {
        let settings = Settings(environment: ["ADMIN_PORT": "nonsense"])
        let version = await ServiceCommand.version.answer(for: .transcoder, settings: settings)
        #expect(version == .init(code: 0, text: "transcoder \(BuildInfo.version)\n"))
        let help = try #require(await ServiceCommand.help.answer(for: .transcoder, settings: settings))
        #expect(help.code == 0 && help.text.contains("--healthcheck") && help.text.contains("9102"))
        let mistake = try #require(await ServiceCommand.unknown("go").answer(for: .transcoder, settings: settings))
        #expect(mistake.code == 64 && mistake.text.contains("\"go\""))
    }

    @Test func aPortThatNobodyKnowsIsNotAsked() async throws {
        for (port, words) in [("0", "ADMIN_PORT=0"), ("many", "ADMIN_PORT: \"many\" is not")] {
            let answer = try #require(
                await ServiceCommand.healthcheck(.live).answer(
                    for: .gateway, settings: Settings(environment: ["ADMIN_PORT": port])))
            #expect(answer.code == 1 && answer.text.contains(words), "\(answer.text)")
        }
    }

    /// A service that lives but has no Redis: alive for the orchestrator, not ready.
    @Test func aRunningServiceIsAskedOnItsAdminPort() async throws {
        let port = freePort()
        let settings = Settings(environment: [
            "ADMIN_PORT": "\(port)", "REDIS_URL": "redis://127.0.0.1:\(freePort())",
        ])
        let check = { (question: ServiceCommand.Question) in
            await ServiceCommand.healthcheck(question).answer(for: .gateway, settings: settings)
        }
        #expect(await check(.live) == .init(code: 1, text: "gateway: no answer on port \(port)\n"))
        let runtime = try ServiceRuntime(service: .gateway, settings: settings, logger: quietLogger())
        let host = try await ServiceHost(runtime) { _ in ServiceAssembly(services: []) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await host.run() }
            _ = try await host.admin.port.value
            #expect(await check(.live) == .init(code: 0, text: "gateway: live\n"))
            #expect(await check(.ready) == .init(code: 1, text: "gateway: not ready (status 503)\n"))
            group.cancelAll()
        }
    }

    /// What accepts a connection and says nothing is as good as dead.
    @Test func silenceEndsAtTheDeadline() async throws {
        let server = try await ScriptedHTTPServer.start { _ in [.stall] }
        #expect(await HealthProbe(port: server.port, path: "/", patience: .milliseconds(300)).ask() == .silent)
        try await server.stop()
    }

    @Test func aServerOnIPv6AloneIsFound() async throws {
        let server = try await ScriptedHTTPServer.start(host: "::1") { _ in [.response(200)] }
        #expect(await HealthProbe(port: server.port, path: "/").ask() == .well)
        try await server.stop()
    }
}

/// The same of the executables as they are shipped.
struct ExecutableTests {
    @Test(arguments: [
        ("Gateway", "gateway"), ("TokenService", "token-service"), ("Transcoder", "transcoder"),
        ("SegmentStore", "segment-store"),
    ])
    func everyServiceAnswersArguments(product: String, name: String) async throws {
        let version = try await run(product, ["--version"])
        #expect(version.code == 0 && version.output == "\(name) \(BuildInfo.version)\n")
        #expect(try await run(product, ["--help"]).output.contains("--healthcheck"))
        #expect(try await run(product, ["--nonsense"]).code == 64)
        // Nothing runs there. Settings that would stop a service do not keep it from answering.
        let settings = ["ADMIN_PORT": "\(freePort())", "REDIS_URL": "nonsense"]
        let health = try await run(product, ["--healthcheck"], settings)
        #expect(health.code == 1 && health.output.contains("no answer"), "\(health.output)")
    }

    private func run(
        _ product: String, _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> (code: Int32, output: String) {
        let file = FileManager.default.temporaryDirectory.appending(path: "dash-output-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let child = try ChildProcess(
            try BuiltProduct.path(product), arguments, environment: environment.merging(["PATH": path]) { $1 },
            output: file.path)
        let code = try await child.waitForExit(within: .seconds(60))
        return (code, try String(contentsOf: file, encoding: .utf8))
    }
}
