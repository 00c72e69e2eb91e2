import Testing

@Suite struct SegmentStoreTestsPlaceholder { @Test func builds() { #expect(Bool(true)) } }
