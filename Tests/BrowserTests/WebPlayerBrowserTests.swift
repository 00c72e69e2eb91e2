import TestSupport
import Testing

extension BrowserTests {
    /// The web player as a viewer has it, from the gateway's own address.
    @Suite(.serialized) struct WebPlayer {
        @Test(.timeLimit(.minutes(5)))
        func isSmallInstallableReadableAndSpeaksOfEveryFailure() async throws {
            try await DashStack.with { stack in
                try await BrowserScript(name: "player_shell").run(with: stack)
                try await BrowserScript(name: "player_titles").run(with: stack)
                try await BrowserScript(name: "player_channels").run(with: stack)
                try await BrowserScript(name: "player_failures").run(with: stack)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func playsLiveCountsEveryByteAndKeepsToTheBudget() async throws {
            try await DashStack.with { stack in
                try await BrowserScript(name: "player_live").run(with: stack)
                try await BrowserScript(name: "player_budget").run(with: stack)
                try await BrowserScript(name: "player_keyboard").run(with: stack)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func playsFilmsInLanguagesWithSubtitlesAndResumesThem() async throws {
            try await DashStack.with { stack in
                try await BrowserScript(name: "player_film").run(with: stack)
                try await BrowserScript(name: "player_touch").run(with: stack)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func viewersSignInAndTheOperatorSeesAndStopsThem() async throws {
            var options = DashStack.Options()
            let key = "operator-key-1234"
            // Its cookies are for TLS only in production; the browser comes without.
            options.environment.merge(
                ["DASH_ENV": "development", "ACCESS": "viewers", "ADMIN_API_KEY": key]
            ) { $1 }
            try await DashStack.with(options) { stack in
                try await BrowserScript(name: "accounts").run(with: stack, adminKey: key)
            }
        }
    }
}
