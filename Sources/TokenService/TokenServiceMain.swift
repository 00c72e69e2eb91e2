@main enum TokenServiceMain { static func main() {} }
