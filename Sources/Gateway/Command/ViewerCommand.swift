import ArgumentParser

/// `Gateway viewer …` (`./dash viewer …`): the operator's accounts, written straight into Redis; gateways know them a second later.
struct ViewerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "viewer", abstract: "Makes, changes, lists and removes viewers' accounts.",
        discussion: """
            Uses REDIS_URL and REDIS_KEY_PREFIX as the services do. Accounts count where the gateways run with ACCESS=viewers.
            Passwords are asked for, or read from standard input; they are never on the command line.
            """,
        subcommands: [ViewerAdd.self, ViewerSet.self, ViewerList.self, ViewerRemove.self])
}

/// What `add` and `set` have in common.
struct ViewerOptions: ParsableArguments {
    @Option(help: "When it ends: 2027-01-31 (end of that day, UTC), 30d (from now), or never.")
    var expires: String?

    @Option(help: "Streams at once, 1 to 100.")
    var streams: Int?

    @Option(help: "Bytes in a calendar month: 20G, 500M, or none.")
    var cap: String?

    @Option(help: "What may be played: live, vod, series; several with commas.")
    var kinds: String?

    /// Throws `ValidationError` with what is wrong.
    /// - Parameter now: Unix ms.
    func change(now: Int64) throws -> Viewer.Change {
        var change = Viewer.Change(streams: streams)
        if let expires {
            guard let moment = try? ExpiryText.parse(expires, now: now) as Int64?? else {
                throw ValidationError("--expires is like 2027-01-31, 30d or never; it is \"\(expires)\"")
            }
            change.expiresAt = .some(moment)
        }
        if let cap { change.monthlyBytes = .some(try Self.bytes(cap)) }
        if let kinds {
            change.kinds = try kinds.split(separator: ",").map { word in
                guard let kind = Viewer.Kind(rawValue: String(word)) else {
                    throw ValidationError("--kinds names live, vod and series; there is no \"\(word)\"")
                }
                return kind
            }
        }
        if let objection = change.objection { throw ValidationError(objection) }
        return change
    }

    /// Units of 1000, as bills have them.
    private static func bytes(_ text: String) throws -> Int64? {
        if text == "none" { return nil }
        let units: [Character: Int64] = ["M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (1...1_000_000).contains(count)
        else { throw ValidationError("--cap is like 20G, 500M, 1T or none; it is \"\(text)\"") }
        return count * unit
    }
}

struct ViewerAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Makes an account.")

    @Argument(help: "1 to 40 letters, digits, '.', '_', '-' or '@'.")
    var name: String

    @OptionGroup var options: ViewerOptions

    func run() async throws {
        guard Viewer.isName(name) else { throw ValidationError(ViewerInput.nameRule) }
        let now = WallClock.now()
        var change = try options.change(now: now)
        change.password = try PasswordPrompt.ask()
        if let objection = change.objection { throw ValidationError(objection) }
        let hash = try PasswordHash.make(change.password ?? "")
        let viewer = Viewer(name: name, password: hash, change, now: now)
        let outcome = try await ViewerAccess.with { try await $0.put(viewer, isNew: true) }
        switch outcome {
        case .stored: print(ViewerLine.text(viewer, nil))
        case .exists: throw ViewerAccess.failure("There is an account \"\(name)\" already; change it with set.")
        case .full, .missing: throw ViewerAccess.failure("There is no room for further accounts.")
        }
    }
}

struct ViewerSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Changes an account; what is not named stays.")

    @Argument var name: String

    @Flag(help: "Ask for a new password; it ends every login and playback session of the account.")
    var password = false

    @OptionGroup var options: ViewerOptions

    func run() async throws {
        var change = try options.change(now: WallClock.now())
        if password { change.password = try PasswordPrompt.ask() }
        if let objection = change.objection { throw ValidationError(objection) }
        let hash = try change.password.map { try PasswordHash.make($0) }
        let (name, wish) = (name, change)
        let changed = try await ViewerAccess.with { store -> Viewer? in
            guard let viewer = try await store.find(name) else { return nil }
            let changed = viewer.applying(wish, password: hash)
            return try await store.put(changed, isNew: false) == .stored ? changed : nil
        }
        guard let changed else { throw ViewerAccess.unknown(name) }
        print(ViewerLine.text(changed, nil))
    }
}

struct ViewerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the accounts, with what they have used this month.")

    func run() async throws {
        let lines = try await ViewerAccess.with { store in
            let viewers = try await store.list()
            let uses = try await store.use(of: viewers.map(\.name), month: ViewerLine.month())
            return zip(viewers, uses).map { ViewerLine.text($0, $1) }
        }
        for line in lines { print(line) }
        if lines.isEmpty { print("There are no accounts.") }
    }
}

struct ViewerRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Removes an account; what it plays ends within a minute, films it has open later.")

    @Argument var name: String

    func run() async throws {
        let name = name
        let outcome = try await ViewerAccess.with { try await $0.remove(name) }
        guard outcome == .stored else { throw ViewerAccess.unknown(name) }
        print("\(name) is removed.")
    }
}
