import Foundation
import Testing

@testable import Runtime

/// What stands in the files that ship the product, and would hurt silently if it were wrong.
struct ShippingTests {
    private static let root = FileManager.default.currentDirectoryPath

    private static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }

    /// Lines of each service in docker-compose.yml: the file keeps to two spaces an indentation.
    private static func services() throws -> [String: [Substring]] {
        var services: [String: [Substring]] = [:]
        var section = Substring(), name = ""
        for line in try text("docker-compose.yml").split(separator: "\n") where !line.hasPrefix("#") {
            if !line.hasPrefix(" ") { section = line.prefix { $0 != ":" } }
            if section == "services", line.hasPrefix("  "), !line.hasPrefix("   "), !line.hasPrefix("  #") {
                name = line.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces)
            }
            services[section == "services" ? name : "(\(section))", default: []].append(line)
        }
        return services
    }

    @Test func credentialsAreGivenToTheTokenServiceAlone() throws {
        let services = try Self.services()
        let holders = services.filter { $0.value.contains { $0.contains("STARSHARE_") } }.keys
        #expect(Array(holders) == ["token-service"])
        for name in ["gateway", "token-service", "transcoder", "segment-store", "redis", "media-redis", "edge"] {
            #expect(services[name] != nil, "\(name) is missing")
        }
    }

    @Test func nothingThatScalesHasAPortOnTheHostOrANameOfItsOwn() throws {
        for (name, lines) in try Self.services() {
            #expect(!lines.contains { $0.contains("container_name") }, "\(name)")
            if !["edge", "cdn"].contains(name) { #expect(!lines.contains { $0.contains("ports:") }, "\(name)") }
        }
    }

    /// Docker's patience must outlast ours.
    @Test func containersGetTheTimeThatAnOrderlyStopTakes() throws {
        let lines = try #require(try Self.services()["(x-service)"])
        let grace = try #require(lines.first { $0.contains("stop_grace_period") }?.split(separator: " ").last)
        let seconds = try #require(Int(grace.dropLast()))
        #expect(grace.hasSuffix("s") && seconds > 12, "\(grace)")
    }

    @Test(arguments: ["gateway", "token-service", "transcoder", "segment-store"])
    func railwayIsToldHowToRunIt(service: String) throws {
        struct File: Decodable {
            struct Build: Decodable { let builder: String, dockerfilePath: String }
            struct Deploy: Decodable {
                let healthcheckPath: String, restartPolicyType: String
                // Numbers: the platform refuses strings.
                let numReplicas: Int, drainingSeconds: Int, overlapSeconds: Int
            }
            let build: Build
            let deploy: Deploy
        }
        let file = try JSONDecoder().decode(File.self, from: Data(try Self.text("railway/\(service).json").utf8))
        #expect(file.build.builder == "DOCKERFILE" && file.build.dockerfilePath == "Dockerfile")
        #expect(file.deploy.drainingSeconds > 12 && file.deploy.numReplicas >= 1)
        #expect(file.deploy.healthcheckPath.hasSuffix("/health/ready"))
        #expect(file.deploy.restartPolicyType == "ALWAYS")
    }

    @Test func secretsAndBuildsStayOutOfTheBuildContext() throws {
        let lines = try Self.text(".dockerignore").split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.first == "*", "everything is left out that is not named")
        #expect(!lines.contains { $0.contains(".env") || $0.contains(".build") || $0.contains(".dash") })
    }
}
