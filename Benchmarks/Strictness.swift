import ArgumentParser

/// What a missed bound means for the exit code.
struct Strictness: ParsableArguments {
    @Flag(help: "Exit with 1 if a bound is not met.") var strict = false

    /// - Parameter met: one for each part that was measured.
    func judge(_ met: [Bool]) throws {
        if strict, met.contains(false) { throw ExitCode(1) }
    }
}
