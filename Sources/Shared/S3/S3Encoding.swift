/// Percent-encoding as AWS Signature Version 4 wants it: everything but `A-Z a-z 0-9 - . _ ~`, hex digits in upper case.
enum S3Encoding {
    /// - Parameter keepsSlash: in a path, `/` stays.
    static func encode(_ text: String, keepsSlash: Bool = false) -> String {
        var result = ""
        for byte in text.utf8 {
            if isPlain(byte) || keepsSlash && byte == UInt8(ascii: "/") {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%"
                result.unicodeScalars.append(digits[Int(byte >> 4)])
                result.unicodeScalars.append(digits[Int(byte & 15)])
            }
        }
        return result
    }

    /// Names sorted, values always there.
    static func query(_ items: [(name: String, value: String)]) -> String {
        items.map { (encode($0.name), encode($0.value)) }.sorted { $0 < $1 }
            .map { "\($0)=\($1)" }.joined(separator: "&")
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            text.unicodeScalars.append(lowerDigits[Int(byte >> 4)])
            text.unicodeScalars.append(lowerDigits[Int(byte & 15)])
        }
        return text
    }

    private static let digits = Array("0123456789ABCDEF".unicodeScalars)
    private static let lowerDigits = Array("0123456789abcdef".unicodeScalars)

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
