import Testing

@Suite struct SharedTestsPlaceholder { @Test func builds() { #expect(Bool(true)) } }
