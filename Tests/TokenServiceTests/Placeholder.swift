import Testing

@Suite struct TokenServiceTestsPlaceholder { @Test func builds() { #expect(Bool(true)) } }
