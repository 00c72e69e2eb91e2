import Foundation
import NIOCore
import NIOHTTP1
import Runtime
import Testing

@testable import Gateway

@Suite("The web player over HTTP")
struct WebRouteTests {
    /// A folder with a small player in it, removed afterwards.
    private static func withPlayer(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-web-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appending(path: "Web/app"), withIntermediateDirectories: true)
        let files = [
            "Web/index.html": "<script type=module src=/app/@version@/app/main.js></script>",
            "Web/app/main.js": String(repeating: "import './other.js';\n", count: 50),
            "Web/notes.txt": "not for the web",
            "Web/.hidden.js": "not for the web", "secret.js": "outside",
        ]
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        try await body(folder.path)
    }

    @Test("Pages and modules come compressed, with a tag, and with what browsers must not do")
    func serves() async throws {
        try await Self.withPlayer { folder in
            try await GatewayFixture.run(["WEB_DIR": "\(folder)/Web"]) { gateway in
                let page = try await gateway.http.get("/")
                #expect(page.status == 200)
                #expect(page.header("content-type") == "text/html; charset=utf-8")
                #expect(page.header("cache-control") == "no-cache")
                let policy = try #require(page.header("content-security-policy"))
                #expect(policy.contains("script-src 'self';") && !policy.contains("unsafe"))
                #expect(page.header("x-content-type-options") == "nosniff")
                #expect(page.header("referrer-policy") == "no-referrer")
                let path = try #require(page.text.split(separator: "=").last.map { String($0.prefix { $0 != ">" }) })
                let module = try await gateway.http.get(path, ["accept-encoding": "gzip"])
                #expect(module.status == 200)
                #expect(module.header("content-encoding") == "gzip")
                #expect(module.body.readableBytes < 200)
                #expect(module.header("x-content-type-options") == "nosniff")
                #expect(module.header("content-security-policy") == nil)
                #expect(module.header("cache-control") == "public, max-age=31536000, immutable")
                let tag = try #require(module.header("etag"))
                let again = try await gateway.http.get(path, ["if-none-match": tag])
                #expect(again.status == 304)
                #expect(again.body.readableBytes == 0)
                let head = try await gateway.http.get(path, method: .HEAD)
                #expect(head.status == 200 && head.body.readableBytes == 0)
                #expect(head.header("content-length") == "1050")
            }
        }
    }

    @Test("No path leads out of the folder, and only web files are in")
    func staysInside() async throws {
        try await Self.withPlayer { folder in
            try await GatewayFixture.run(["WEB_DIR": "\(folder)/Web"]) { gateway in
                let main = try #require(
                    try await gateway.http.get("/").text.split(separator: "=").last.map {
                        String($0.prefix { $0 != ">" })
                    })
                let version = String(main.split(separator: "/")[1])
                let outside = [
                    "/app/\(version)/../../secret.js", "/app/\(version)/%2e%2e/%2e%2e/secret.js", "/secret.js",
                    "/app/\(version)/..%2f..%2fsecret.js", "/app/\(version)/notes.txt", "/app/\(version)/.hidden.js",
                    "/app/\(version)/", "/app/other/app/main.js", "/vendor/../secret.js",
                    "/app/\(version)/app/main.js%00.png",
                ]
                for path in outside {
                    let answer = try await gateway.http.get(path)
                    #expect(answer.status == 404 || answer.status == 400, "\(path) is answered \(answer.status)")
                    #expect(!answer.text.contains("outside") && !answer.text.contains("not for the web"))
                }
            }
        }
    }

    @Test("A folder that is named must be there")
    func namedFolderMissing() throws {
        #expect(throws: (any Error).self) {
            try WebSettings(.init(environment: ["WEB_DIR": "/nowhere/at/all"]))
        }
    }
}
