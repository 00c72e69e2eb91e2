/// One piece of a film that somebody can wait for: a rendition's name and a number.
///
/// Segments of encoded renditions (`720p`, `audio-fra`), of the remuxed `original`, of subtitles (`subs-eng`), fragments for
/// progressive MP4 (`720p.mp4`; number −1 is the init fragment), and blocks of the source file itself (`source`) for direct play
/// through the title's one reader.
public struct FilmPiece: Sendable, Hashable, CustomStringConvertible {
    /// 1 to 32 of `a-z 0-9 . -`.
    public let rendition: String
    /// −1 to 9,999,999.
    public let index: Int

    /// Blocks of the source file: `index` counts `sourceBlock` bytes.
    public static let source = "source"
    /// Behind a rendition's name: its fragments for progressive MP4.
    public static let fileSuffix = ".mp4"
    /// Bytes of a block of the source; the last one is shorter.
    public static let sourceBlock = 256 << 10

    /// `nil` if a part is out of its range.
    public init?(rendition: String, index: Int) {
        guard Self.isName(rendition), (-1...9_999_999).contains(index) else { return nil }
        self.rendition = rendition
        self.index = index
    }

    /// Reads the text form, `720p|12`.
    public init?(_ text: String) {
        guard let bar = text.firstIndex(of: "|"), let index = Int(text[text.index(after: bar)...]) else { return nil }
        self.init(rendition: String(text[..<bar]), index: index)
    }

    public var description: String { "\(rendition)|\(index)" }

    private static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
