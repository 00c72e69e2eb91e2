/// How one film was read: what the acceptance "one connection, few bytes twice" is judged by.
struct FilmTally: Sendable {
    var opened = 0
    /// Connections open at the same time, at most.
    var peak = 0
    /// Readers closed because a second one came.
    var killed = 0
    /// Bytes that the operating system took, all connections together. At a client's leaving, a few hundred kilobytes of
    /// them may not have been read.
    private(set) var sent: Int64 = 0
    private(set) var coverage = ByteCoverage()

    mutating func add(_ range: Range<Int64>) {
        sent += Int64(range.count)
        coverage.insert(range)
    }
}
