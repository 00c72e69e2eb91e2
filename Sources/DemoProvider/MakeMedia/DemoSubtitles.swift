/// Subtitles for film 1922: a line every second one, French as SRT and English as ASS.
enum DemoSubtitles {
    static let french = "parts/fra.srt"
    static let english = "parts/eng.ass"

    private static let starts = Array(stride(from: 1, to: 23, by: 2))

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    static var srt: String {
        starts.enumerated().map { place, start in
            "\(place + 1)\n00:00:\(two(start)),000 --> 00:00:\(two(start + 1)),500\nÀ la seconde \(start) :\nbonjour !\n"
        }.joined(separator: "\n")
    }

    static var ass: String {
        let head = """
            [Script Info]
            ScriptType: v4.00+

            [V4+ Styles]
            Format: Name, Fontname, Fontsize, PrimaryColour, Bold, Italic, Alignment, MarginL, MarginR, MarginV, Encoding
            Style: Default,Arial,20,&H00FFFFFF,0,0,2,10,10,10,0

            [Events]
            Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text

            """
        return head
            + starts.map { start in
                "Dialogue: 0,0:00:\(two(start)).00,0:00:\(two(start + 1)).50,Default,,0,0,0,,"
                    + "{\\i1}Second \(start){\\i0}\\Nhello, you <there>\n"
            }.joined()
    }
}
