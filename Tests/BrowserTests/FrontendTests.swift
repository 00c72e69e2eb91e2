import Foundation
import TestSupport
import Testing

extension BrowserTests {
    /// Frontends and apps that are not ours, told nothing but where we are.
    @Suite(.serialized) struct Frontends {
        private static let adminKey = "operator-key-1234"

        @Test(.timeLimit(.minutes(5)), .enabled(if: BrowserScript.hasPlayers))
        func theExistingOnePlaysByItsTwoBaseAddresses() async throws {
            try await DashStack.with(Self.options()) { stack in
                try await BrowserScript(name: "frontend").run(with: stack)
            }
        }

        @Test(.timeLimit(.minutes(5)), .enabled(if: BrowserScript.hasPlayers))
        func itPlaysForViewersToo() async throws {
            try await DashStack.with(Self.options(forViewers: true)) { stack in
                try await BrowserScript(name: "frontend").run(with: stack, adminKey: Self.adminKey)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func appsLoadTheCatalogAndPlayTheList() async throws {
            try await DashStack.with(Self.options(forViewers: true)) { stack in
                try await BrowserScript(name: "apps").run(with: stack, adminKey: Self.adminKey)
            }
        }

        private static func options(forViewers: Bool = false) -> DashStack.Options {
            var options = DashStack.Options()
            // The page is a stranger's.
            options.environment["CORS_ORIGINS"] = "*"
            if forViewers {
                options.environment["ACCESS"] = "viewers"
                options.environment["ADMIN_API_KEY"] = adminKey
            }
            return options
        }
    }
}
