import Testing

@Suite struct DemoProviderTestsPlaceholder { @Test func builds() { #expect(Bool(true)) } }
