import Redis
import Testing

@Suite struct RedisConfigurationTests {
    @Test func everyPartOfAURLIsRead() throws {
        let full = try RedisConfiguration(url: "rediss://app:p%40ss%2F@redis.example:7000/2")
        #expect(full.host == "redis.example" && full.port == 7000 && full.database == 2 && full.usesTLS)
        #expect(full.user == "app" && full.password == "p@ss/")
        let plain = try RedisConfiguration(url: "redis://localhost")
        #expect(plain.host == "localhost" && plain.port == 6379 && plain.database == 0 && !plain.usesTLS)
        #expect(plain.user == nil && plain.password == nil)
        #expect(try RedisConfiguration(url: "redis://:pw@host/").password == "pw")
        #expect(try RedisConfiguration(url: "redis://default:pw@host").user == "default")
    }

    @Test func anIPv6AddressStandsInBrackets() throws {
        let configuration = try RedisConfiguration(url: "redis://[::1]:6380/1")
        #expect(configuration.host == "::1" && configuration.port == 6380)
        #expect(configuration.description == "redis://[::1]:6380/1")
        #expect(try RedisConfiguration(url: "redis://[fe80::2]").port == 6379)
    }

    @Test func noDescriptionShowsThePassword() throws {
        let configuration = try RedisConfiguration(url: "redis://user:hunter2@host:1/0")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("host:1/0"))
        }
    }

    @Test(arguments: [
        "", "localhost:6379", "http://hunter2@host", "redis://", "redis://host:0", "redis://host:70000",
        "redis://host:hunter2",
        "redis://host/hunter2", "redis://host/-1", "redis://hunter2@host", "redis://:hunter2%zz@host",
        "redis://[::1:hunter2",
        "redis://[::1]hunter2", "redis://host/0?password=hunter2", "redis://:hunter2@",
    ])
    func aBadURLIsRefusedWithoutShowingIt(url: String) {
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: url) }
        #expect(error?.code == .configuration)
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
    }
}
