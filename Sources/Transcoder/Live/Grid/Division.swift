/// Exact integer divisions of the grid; the divisor is positive.

/// The nearest whole number; halves go away from zero.
func rounded(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
    guard 2 * abs(rest) >= divisor else { return quotient }
    return quotient + (dividend < 0 ? -1 : 1)
}

/// The smallest whole number that is not less.
func roundedUp(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
    return rest > 0 ? quotient + 1 : quotient
}
