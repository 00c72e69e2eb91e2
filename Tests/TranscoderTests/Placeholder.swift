import Testing

@Suite struct TranscoderTestsPlaceholder { @Test func builds() { #expect(Bool(true)) } }
