import Runtime
import Testing

@testable import TokenService

@Suite struct TokenServiceSettingsTests {
    private let good = [
        "STARSHARE_BASE_URL": "http://canary.example:8080", "STARSHARE_USERNAME": "canary-user",
        "STARSHARE_PASSWORD": "canary-pass",
    ]

    @Test func readsTheDefaults() throws {
        let settings = try TokenServiceSettings(Settings(environment: good))
        #expect(settings.tokenTimeToLive == 300_000 && settings.maximumConnections == nil)
        #expect(settings.checkInterval == .seconds(30) && !settings.handsOutCredentials)
    }

    @Test(arguments: [
        ("STARSHARE_BASE_URL", ""), ("STARSHARE_BASE_URL", "canary.example"),
        ("STARSHARE_BASE_URL", "http://canary:x@a.example"),
        ("STARSHARE_BASE_URL", "http://canary.example/?q"), ("STARSHARE_USERNAME", ""), ("STARSHARE_PASSWORD", ""),
        ("LIVE_TOKEN_TTL", "-1"), ("PROVIDER_MAX_CONNECTIONS", "0"), ("PROVIDER_CHECK_INTERVAL", "0"),
        ("PROVIDER_LIVE_PATHS", "/x/{id}"), ("UPSTREAM_ALLOW_PRIVATE", "here"), ("UPSTREAM_USER_AGENT", "a\u{1}b"),
    ]) func refusesBadValuesWithOneLine(name: String, value: String) throws {
        do throws(SettingsError) {
            _ = try TokenServiceSettings(Settings(environment: good.merging([name: value]) { $1 }))
            Issue.record("accepted")
        } catch {
            #expect(error.name == name && error.description.hasPrefix(name) && !error.description.contains("\n"))
            #expect(!error.description.contains("canary"))
        }
    }
}
