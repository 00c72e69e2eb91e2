/// What a segment has cost to make, for one whose notice is long gone. Pure.
enum EncodeCost {
    /// CPU milliseconds of one segment of 4 s, measured on the reference machine (README, "Figures"), rounded.
    static func estimate(rendition: String) -> Int {
        switch rendition.prefix(while: { $0 != "." }) {
        case "1080p": 2000
        case "720p": 1000
        case "480p": 500
        case "360p": 300
        case "240p": 200
        default: 50
        }
    }
}
