import Contracts
import Foundation
import NIOHTTP1
import Runtime
import Testing

@testable import Gateway

/// Logging in, and the operator's routes for accounts.
@Suite struct LoginTests {
    @Test func theCookieIsOutOfReachOfScriptsAndOtherSites() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            let answer = try await gateway.login("ama")
            let cookie = answer.header("set-cookie") ?? ""
            #expect(answer.status == 200 && cookie.hasPrefix("dash_login="), "\(answer.text)")
            for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] { #expect(cookie.contains(part)) }
            #expect(!answer.text.contains(Guarded.password) && !cookie.contains("Domain"))
            let out = try await gateway.http.get("/api/logout", method: .POST)
            #expect(out.header("set-cookie")?.contains("Max-Age=0") == true)
        }
        try await Guarded.run(["DASH_ENV": "production"]) { gateway in
            try await gateway.addViewer("ama")
            let cookie = try await gateway.login("ama").header("set-cookie") ?? ""
            #expect(cookie.hasPrefix("__Host-dash_login=") && cookie.contains("; Secure"))
            let me = try await gateway.http.get("/api/me", try await gateway.cookie("ama"))
            #expect(me.status == 200)
        }
    }

    @Test func guessingIsSlowedAndDoesNotLockOthersOut() async throws {
        try await Guarded.run(["TRUSTED_PROXIES": "127.0.0.1"]) { gateway in
            try await gateway.addViewer("ama")
            let thief = ["x-forwarded-for": "198.51.100.7"]
            var codes: [String?] = []
            for number in 0..<6 { codes.append(try await gateway.login("ama", "guess-\(number)", thief).code) }
            #expect(codes.prefix(5).allSatisfy { $0 == "wrong_credentials" } && codes.last == "too_many_attempts")
            let right = try await gateway.login("ama", Guarded.password, thief)
            #expect(right.status == 429 && (right.header("retry-after").flatMap { Int($0) } ?? 0) >= 1)
            let elsewhere = try await gateway.login("ama", Guarded.password, ["x-forwarded-for": "198.51.100.8"])
            #expect(elsewhere.status == 200, "\(elsewhere.text)")
            // Who invents the header's first part gains nothing by it.
            let spoofed = try await gateway.login(
                "ama", Guarded.password, ["x-forwarded-for": "203.0.113.1, 198.51.100.7"])
            #expect(spoofed.status == 429)
            let unknown = try await gateway.login("nobody", "guess", ["x-forwarded-for": "198.51.100.9"])
            #expect(unknown.code == "wrong_credentials", "which of both is wrong is not said")
        }
    }

    /// Each would fill memory with what nobody is called: only the address counts.
    @Test func namesThatNobodyCanHaveAreNotRemembered() async throws {
        try await Guarded.run { gateway in
            let name = String(repeating: "a", count: 15_000)
            for _ in 0..<200 {
                let answer = try await gateway.login(name, "guess")
                #expect(answer.status == 401 && answer.code == "wrong_credentials", "\(answer.text)")
            }
            let last = try await gateway.login(name, "guess")
            #expect(last.status == 429 && last.code == "too_many_attempts", "\(last.text)")
        }
    }

    @Test func aProxysOwnHeaderSaysWhoGuesses() async throws {
        try await Guarded.run(["TRUSTED_PROXIES": "127.0.0.1", "REAL_IP_HEADER": "X-Real-IP"]) { gateway in
            try await gateway.addViewer("ama")
            var codes: [String?] = []
            for number in 0..<6 {
                let headers = ["x-real-ip": "198.51.100.7", "x-forwarded-for": "203.0.113.\(number)"]
                codes.append(try await gateway.login("ama", "guess-\(number)", headers).code)
            }
            #expect(codes.prefix(5).allSatisfy { $0 == "wrong_credentials" } && codes.last == "too_many_attempts")
            let elsewhere = try await gateway.login("ama", Guarded.password, ["x-real-ip": "198.51.100.8"])
            #expect(elsewhere.status == 200, "\(elsewhere.text)")
        }
    }

    @Test func otherSitesCannotLogAnybodyInOrOut() async throws {
        try await Guarded.run { gateway in
            try await gateway.addViewer("ama")
            let own = "http://127.0.0.1:\(gateway.http.port)"
            for headers in [
                ["origin": "https://evil.example"], ["sec-fetch-site": "cross-site"], ["sec-fetch-site": "same-site"],
                ["origin": "null"], ["origin": "\(own).evil.example"],
            ] {
                let login = try await gateway.login("ama", Guarded.password, headers)
                #expect(login.status == 403 && login.code == "cross_site", "\(headers): \(login.text)")
                let logout = try await gateway.http.get("/api/logout", headers, method: .POST)
                #expect(logout.code == "cross_site")
            }
            let same = ["origin": own, "sec-fetch-site": "same-origin"]
            #expect(try await gateway.login("ama", Guarded.password, same).status == 200)
            let form = try await gateway.http.get(
                "/api/login", ["content-type": "text/plain"], method: .POST,
                body: #"{"name":"ama","password":"correct horse"}"#)
            #expect(form.status == 415 && form.header("set-cookie") == nil)
        }
    }

    @Test func theOperatorNeedsTheKey() async throws {
        try await Guarded.run { gateway in
            for method in [HTTPMethod.GET, .POST] {
                let without = try await gateway.admin(
                    "/api/admin/viewers", method: method, method == .POST ? "{}" : nil, key: nil)
                #expect(without.status == 401 && without.code == "admin_key_required")
            }
            for _ in 0..<10 {
                #expect(try await gateway.admin("/api/admin/viewers", key: "wrong").code == "admin_key_wrong")
            }
            #expect(try await gateway.admin("/api/admin/viewers", key: "wrong").code == "too_many_attempts")
        }
        try await GatewayFixture.run { gateway in
            let answer = try await gateway.admin("/api/admin/viewers", key: "anything")
            #expect(answer.status == 403 && answer.code == "admin_disabled")
        }
    }

    @Test func theOperatorMakesChangesAndRemovesAccounts() async throws {
        try await Guarded.run { gateway in
            let made = try await gateway.admin(
                "/api/admin/viewers", method: .POST,
                #"{"name":"ama","password":"first password","streams":2,"kinds":["vod","live"],"expiresAt":"2099-01-31"}"#
            )
            #expect(made.status == 201, "\(made.text)")
            let viewer = made.json["viewer"] as? [String: Any]
            #expect(viewer?["streams"] as? Int == 2 && viewer?["kinds"] as? [String] == ["live", "vod"])
            #expect(viewer?["expiresAt"] as? String == "2099-02-01T00:00:00.000Z" && viewer?["password"] == nil)
            #expect(!made.text.contains("first password") && !made.text.contains("salt"))
            let twice = try await gateway.admin(
                "/api/admin/viewers", method: .POST, #"{"name":"ama","password":"first password"}"#)
            #expect(twice.status == 409 && twice.code == "viewer_exists")

            let login = try await gateway.login("ama", "first password")
            let cookie = ["cookie": String(login.header("set-cookie")?.split(separator: ";").first ?? "")]
            #expect(try await gateway.http.get("/api/me", cookie).status == 200)
            let changed = try await gateway.admin(
                "/api/admin/viewers/ama", method: .PUT, #"{"password":"second password","monthlyBytes":5000000}"#)
            #expect(changed.status == 200 && (changed.json["viewer"] as? [String: Any])?["streams"] as? Int == 2)
            #expect(try await gateway.http.get("/api/me", cookie).status == 401, "a new password ends old logins")
            #expect(try await gateway.login("ama", "first password").status == 401)
            #expect(try await gateway.login("ama", "second password").status == 200)

            for (body, part) in [
                (#"{"name":"a/b","password":"long enough"}"#, "name"),
                (#"{"name":"b","password":"short"}"#, "password"),
                (#"{"name":"b","password":"long enough","streams":0}"#, "streams"),
                (#"{"name":"b","password":"long enough","expiresAt":"soon"}"#, "expiresAt"),
                (#"{"name":"b","password":"long enough","kinds":[]}"#, "kinds"), (#"{"name":"b"}"#, "password"),
            ] {
                let answer = try await gateway.admin("/api/admin/viewers", method: .POST, body)
                #expect(answer.status == 400 && answer.text.contains(part), "\(body): \(answer.text)")
            }
            let odd = try await gateway.admin("/api/admin/viewers", method: .POST, "[]")
            #expect(odd.status == 400 && odd.code == "bad_body")
            let large = try await gateway.admin(
                "/api/admin/viewers", method: .POST, "{\"name\":\"\(String(repeating: "a", count: 40_000))\"}")
            #expect(large.status == 413)
            #expect(try await gateway.admin("/api/admin/viewers/nobody", method: .DELETE).status == 404)
        }
    }

    @Test func openMeansWithoutAnyAccount() async throws {
        try await GatewayFixture.run { gateway in
            let me = try await gateway.http.get("/api/me")
            #expect(me.status == 200 && me.json["access"] as? String == "open")
            #expect(try await gateway.login("anybody", "anything").status == 200)
        }
    }

    @Test func productionIsNotOpenByAccident() throws {
        #expect(throws: (any Error).self) { try GatewaySettings(.init(environment: [:]), environment: .production) }
        let open = try GatewaySettings(.init(environment: ["ACCESS": "open"]), environment: .production)
        #expect(open.access == .open)
        #expect(try GatewaySettings(.init(environment: [:]), environment: .development).access == .open)
    }
}
