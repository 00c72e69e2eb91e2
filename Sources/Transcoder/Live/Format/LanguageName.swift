/// What a language is called in playlists and menus.
public struct LanguageName: Sendable, Equatable {
    /// BCP 47: the two letters where the language has them.
    public let tag: String
    /// What its speakers call it.
    public let title: String

    private init(_ tag: String, _ title: String) {
        self.tag = tag
        self.title = title
    }

    /// - Parameter code: ISO 639-2, bibliographic or terminological.
    public init(code: String) { self = Self.known[code] ?? LanguageName(code, code.uppercased()) }

    /// The languages of the provider's regions; any other is shown by its code.
    private static let known: [String: LanguageName] = [
        "ara": .init("ar", "العربية"), "deu": .init("de", "Deutsch"), "dut": .init("nl", "Nederlands"),
        "eng": .init("en", "English"), "ewe": .init("ee", "Eʋegbe"), "fra": .init("fr", "Français"),
        "fre": .init("fr", "Français"), "ful": .init("ff", "Fulfulde"), "ger": .init("de", "Deutsch"),
        "hau": .init("ha", "Hausa"), "hin": .init("hi", "हिन्दी"), "ibo": .init("ig", "Igbo"),
        "ita": .init("it", "Italiano"), "lin": .init("ln", "Lingála"), "nld": .init("nl", "Nederlands"),
        "pol": .init("pl", "Polski"), "por": .init("pt", "Português"), "ron": .init("ro", "Română"),
        "rum": .init("ro", "Română"), "rus": .init("ru", "Русский"), "spa": .init("es", "Español"),
        "swa": .init("sw", "Kiswahili"), "tur": .init("tr", "Türkçe"), "wol": .init("wo", "Wolof"),
        "yor": .init("yo", "Yorùbá"),
    ]
}
