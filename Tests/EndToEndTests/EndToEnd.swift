import Testing

/// Whole runs through the real services, a real Redis and a real provider. One after the other: each wants the machine for itself.
@Suite(.serialized) enum EndToEnd {}
