import Synchronization
import Testing

@testable import Runtime

struct HTTPDateTests {
    /// RFC 9110 §5.6.7's own example, the first second, a leap day, a year's last second.
    @Test(
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
        ] as [(Int64, String)])
    func asTheSpecificationWritesIt(_ second: Int64, _ text: String) {
        #expect(HTTPDate.text(second) == text)
    }

    @Test func theClockGoesOn() {
        let second = Mutex<Int64>(784_111_777)
        let clock = HTTPDateClock { second.withLock { $0 } }
        #expect(clock.text == "Sun, 06 Nov 1994 08:49:37 GMT" && clock.text == clock.text)
        second.withLock { $0 += 1 }
        #expect(clock.text == "Sun, 06 Nov 1994 08:49:38 GMT")
    }
}
