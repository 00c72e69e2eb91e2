/// Subtitle packets of any text format as the words of WebVTT cues. Pure.
enum SubtitleText {
    /// - Parameter codec: libav's name. Nil: nothing to be shown.
    static func cue(_ payload: [UInt8], codec: String) -> String? {
        let text: String
        switch codec {
        case "ass", "ssa": text = plainASS(String(decoding: payload, as: UTF8.self))
        case "mov_text": text = escaped(movText(payload))
        default: text = escaped(String(decoding: payload, as: UTF8.self))
        }
        // An empty line would end the cue.
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimming() }.filter { !$0.isEmpty }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// Two bytes of length, the words, then boxes with their style.
    private static func movText(_ payload: [UInt8]) -> String {
        guard payload.count >= 2 else { return "" }
        let length = Int(payload[0]) << 8 | Int(payload[1])
        return String(decoding: payload.dropFirst(2).prefix(length), as: UTF8.self)
    }

    /// `ReadOrder,Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text` as Matroska has it.
    private static func plainASS(_ line: String) -> String {
        let fields = line.split(separator: ",", maxSplits: 8, omittingEmptySubsequences: false)
        guard fields.count == 9 else { return "" }
        var result = ""
        var rest = fields[8]
        var draws = false
        while let character = rest.popFirst() {
            if character == "{", let end = rest.firstIndex(of: "}") {
                let commands = rest[..<end]
                if let drawing = commands.range(ofCommand: "p") { draws = drawing != "0" }
                rest = rest[rest.index(after: end)...]
            } else if character == "\\", let next = rest.first, "NnHh".contains(next) {
                rest.removeFirst()
                result += next == "N" || next == "n" ? "\n" : " "
            } else if !draws {
                result.append(character)
            }
        }
        return escaped(result)
    }

    /// Of what looks like markup only bold, italic and underline stay; the rest of it goes, and signs are escaped.
    static func escaped(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "&": result += "&amp;"
            case ">": result += "&gt;"
            case "<":
                guard let end = rest.firstIndex(of: ">"), rest[..<end].count < 80,
                    let first = rest.first, first.isLetter || first == "/"
                else {
                    result += "&lt;"
                    continue
                }
                let tag = rest[..<end].lowercased()
                if ["b", "i", "u", "/b", "/i", "/u"].contains(tag) { result += "<\(tag)>" }
                rest = rest[rest.index(after: end)...]
            default: result.append(character)
            }
        }
        return result
    }
}

extension Substring {
    fileprivate func trimming() -> Substring {
        var part = drop(while: \.isWhitespace)
        while part.last?.isWhitespace == true { part.removeLast() }
        return part
    }

    /// The digits after `\command`, the last one of them.
    fileprivate func range(ofCommand name: Character) -> String? {
        split(separator: "\\").last { $0.first == name && $0.dropFirst().first?.isNumber == true }
            .map { String($0.dropFirst().prefix(while: \.isNumber)) }
    }
}
