import Contracts
import Logging
import Testing

@testable import Runtime

struct RuntimeSettingsTests {
    private func refusal(_ environment: [String: String], _ read: (Settings) throws -> Void) -> String? {
        do {
            try read(Settings(environment: environment))
            return nil
        } catch let error as SettingsError {
            return error.description
        } catch {
            return "\(error)"
        }
    }

    @Test func durationsAreSecondsOrCarryAUnit() throws {
        let settings = Settings(environment: ["A": "300", "B": "500ms", "C": "2m", "D": " 30d ", "E": "1.5", "F": ""])
        func read(_ name: String) throws -> Duration {
            try settings.duration(name, default: .seconds(7), range: .milliseconds(1) ... .seconds(9_000_000))
        }
        #expect(try read("A") == .seconds(300))
        #expect(try read("B") == .milliseconds(500))
        #expect(try read("C") == .seconds(120))
        #expect(try read("D") == .seconds(2_592_000))
        #expect(try read("E") == .milliseconds(1500))
        #expect(try read("F") == .seconds(7))
        #expect(try read("G") == .seconds(7))
    }

    @Test(arguments: ["-1", "x", "1e400", "nan", "3w", "11", "0"])
    func aBadDurationIsOneLineWithNameRangeAndExample(value: String) {
        let line = refusal(["LIVE_TOKEN_TTL": value]) {
            _ = try $0.duration("LIVE_TOKEN_TTL", default: .seconds(5), range: .seconds(1) ... .seconds(10))
        }
        #expect(
            line
                == "LIVE_TOKEN_TTL: \"\(value)\" is not a duration from 1s to 10s (plain numbers are seconds; ms, s, m, h, d work). Example: LIVE_TOKEN_TTL=5s"
        )
    }

    @Test func aMissingValueIsNamed() {
        let line = refusal([:]) { _ = try $0.integer("LIMIT", range: 1...9) }
        #expect(line == "LIMIT: needs a whole number from 1 to 9. Example: LIMIT=1")
    }

    @Test func aRefusedValueCannotBreakTheLine() {
        let line = refusal(["LIMIT": "a\nb\u{1B}[31m" + String(repeating: "c", count: 500)]) {
            _ = try $0.integer("LIMIT", range: 1...9)
        }
        #expect(line?.contains("\n") == false)
        #expect(line?.contains("\u{1B}") == false)
        #expect((line?.count ?? 1000) < 200)
    }

    @Test func secretsAreNeverShown() {
        let long = String(repeating: "s3cr3t", count: 300)
        let secret = refusal(["STARSHARE_PASSWORD": long]) { _ = try $0.secret("STARSHARE_PASSWORD") }
        #expect(secret?.hasPrefix("STARSHARE_PASSWORD: needs a secret") == true)
        #expect(secret?.contains("s3cr3t") == false)
        let url = refusal(["REDIS_URL": "http://me:hunter2@host"]) { _ = try CommonSettings($0, service: .gateway) }
        #expect(url?.hasPrefix("REDIS_URL: needs a URL that begins with redis://") == true)
        #expect(url?.contains("hunter2") == false)
    }

    @Test func aPasswordInAURLIsSweptFromLogs() throws {
        let settings = Settings(environment: ["REDIS_URL": "redis://me:correct-horse-77@127.0.0.1:1"])
        _ = try settings.url("REDIS_URL", schemes: ["redis"], example: "redis://host")
        #expect(Secrets.redact("auth correct-horse-77 failed") == "auth [redacted] failed")
    }

    @Test func choicesListsFlagsAndBytes() throws {
        enum Mode: String, CaseIterable { case always, watched }
        let settings = Settings(environment: [
            "M": "Watched", "L": "a, b ,c", "F": "off", "S": "3M", "BAD": "sometimes", "HOLE": "a,,b",
        ])
        #expect(try settings.choice("M", default: Mode.always) == .watched)
        #expect(try settings.list("L") == ["a", "b", "c"])
        #expect(try settings.flag("F", default: true) == false)
        #expect(try settings.bytes("S", range: 1...(1 << 30)) == 3 << 20)
        #expect(throws: SettingsError.self) { try settings.choice("BAD", default: Mode.always) }
        #expect(throws: SettingsError.self) { try settings.list("HOLE") }
        #expect(throws: SettingsError.self) { try settings.flag("BAD", default: true) }
    }

    @Test func commonSettings() throws {
        let settings = Settings(environment: [
            "NODE_ENV": "production", "LOG_LEVEL": "WARN", "REDIS_URL": "redis://127.0.0.1:7000", "ADMIN_PORT": "0",
        ])
        let common = try CommonSettings(settings, service: .transcoder)
        #expect(common.environment == .production)
        #expect(common.logLevel == .warning)
        #expect(common.sharesRedis)
        #expect(common.keys.prefix == "dash")
        #expect(common.adminPort == 0)
        #expect(common.instance.hasPrefix("transcoder-"))
        let other = try CommonSettings(settings, service: .transcoder)
        #expect(other.instance != common.instance)
    }

    @Test(arguments: [
        ["INSTANCE_ID": "a b"], ["REDIS_KEY_PREFIX": "x:y"], ["DASH_ENV": "prod"], ["ADMIN_PORT": "70000"],
        ["LOG_LEVEL": "loud"],
    ])
    func badCommonSettingsNameTheirVariable(environment: [String: String]) {
        let line = refusal(environment) { _ = try CommonSettings($0, service: .gateway) }
        #expect(line?.hasPrefix("\(environment.keys.first ?? ""): \"") == true)
        #expect(line?.contains("Example: ") == true)
    }

    @Test func networks() throws {
        let settings = Settings(environment: ["N": "10.0.0.0/9,::1,fd00::/8", "BAD": "10.0.0.0/33"])
        let blocks = try settings.cidrs("N")
        func covers(_ address: String) -> Bool { blocks.contains { $0.contains(address) } }
        #expect(covers("10.127.255.255") && covers("::1") && covers("fdff::1") && covers("::ffff:10.1.2.3"))
        #expect(!covers("10.128.0.0") && !covers("::2") && !covers("fe00::1") && !covers("nonsense"))
        #expect(throws: SettingsError.self) { try settings.cidrs("BAD") }
        #expect(try settings.cidrs("UNSET").isEmpty)
    }
}
