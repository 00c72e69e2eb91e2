/// Passes a value that belongs to one thread on to another.
///
/// `@unchecked Sendable`: the thread that makes it puts the value in as the last use of its own, and only the thread that
/// takes the message out of the queue uses it from then on. The queue's lock orders the two.
struct Handover<Value>: @unchecked Sendable {
    let value: Value
}
