/// A film's file extension as panels and viewers name it: `mkv`, `mp4`, `3gp`. A hint only; extensions lie.
public enum FilmExtension {
    /// The extension in lower case; `nil` unless it is 2 to 5 ASCII letters and digits, so that it is safe in a path.
    public static func name(_ text: String) -> String? {
        let name = text.lowercased()
        guard (2...5).contains(name.utf8.count),
            name.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) })
        else { return nil }
        return name
    }
}
