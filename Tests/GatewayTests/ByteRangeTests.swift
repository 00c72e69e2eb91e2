import Testing

@testable import Gateway

@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-9", ByteRange.part(0...9)), ("bytes=90-", .part(90...99)), ("bytes=90-200", .part(90...99)),
        ("bytes=-10", .part(90...99)), ("bytes=-200", .part(0...99)), ("bytes=100-", .unsatisfiable),
        ("bytes=-0", .unsatisfiable), ("bytes=9-0", .whole), ("bytes=0-1,5-6", .whole), ("bytes=a-b", .whole),
        ("bytes=-", .whole), ("bytes=", .whole), ("chunks=0-9", .whole), ("bytes 0-9", .whole),
        ("bytes=0-99999999999999999999", .whole), ("BYTES=0-9", .part(0...9)), ("bytes=--9", .whole),
    ])
    func readsRanges(header: String, range: ByteRange) {
        #expect(ByteRange(header, ifRange: nil, etag: "\"v\"", size: 100) == range)
    }

    @Test func aPartIsOnlyOfTheSameFile() {
        #expect(ByteRange("bytes=0-9", ifRange: "\"v\"", etag: "\"v\"", size: 100) == .part(0...9))
        #expect(ByteRange("bytes=0-9", ifRange: "W/\"v\"", etag: "\"v\"", size: 100) == .whole)
        #expect(ByteRange("bytes=0-9", ifRange: "Tue, 24 Nov 2026 00:00:00 GMT", etag: "\"v\"", size: 100) == .whole)
        #expect(ByteRange("bytes=0-9", ifRange: nil, etag: "\"v\"", size: 0) == .unsatisfiable)
    }
}
