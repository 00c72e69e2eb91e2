import CLibav

/// What libav answered, with a code that stays the same over versions and is safe as a metric label.
public struct LibavError: Error, Hashable, CustomStringConvertible {
    /// The kinds that callers tell apart. Everything else is `other`.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case endOfFile = "end_of_file"
        case invalidData = "invalid_data"
        case outOfMemory = "out_of_memory"
        case cancelled
        case unsupported
        case noSuchDecoder = "no_such_decoder"
        case noSuchEncoder = "no_such_encoder"
        /// An option that the library does not know: a mistake of ours.
        case badOption = "bad_option"
        case badArgument = "bad_argument"
        case other
    }

    public let code: Code
    /// The call that failed, as `avcodec_open2`.
    public let operation: String
    /// libav's own number, below 0.
    public let number: Int32

    init(_ number: Int32, in operation: String) {
        self.code = Code(number)
        self.operation = operation
        self.number = number
    }

    init(_ code: Code, in operation: String) {
        self.code = code
        self.operation = operation
        self.number = 0
    }

    public var description: String { "\(operation): \(code.rawValue) (\(number))" }

    /// Throws if `result` is below 0, and hands it back otherwise.
    @discardableResult
    static func check(_ result: Int32, _ operation: String) throws(LibavError) -> Int32 {
        guard result < 0 else { return result }
        throw LibavError(result, in: operation)
    }

    /// The object that an allocator returned, or `outOfMemory`.
    static func allocated<Object>(_ object: Object?, _ operation: String) throws(LibavError) -> Object {
        guard let object else { throw LibavError(.outOfMemory, in: operation) }
        return object
    }
}

extension LibavError.Code {
    fileprivate init(_ number: Int32) {
        switch number {
        case dash_error_eof(): self = .endOfFile
        case dash_error_invalid_data(): self = .invalidData
        case dash_error_no_memory(): self = .outOfMemory
        case dash_error_exit(): self = .cancelled
        case dash_error_unsupported(): self = .unsupported
        case dash_error_decoder_not_found(): self = .noSuchDecoder
        case dash_error_encoder_not_found(): self = .noSuchEncoder
        case dash_error_option_not_found(): self = .badOption
        case dash_error_invalid_argument(): self = .badArgument
        default: self = .other
        }
    }
}
