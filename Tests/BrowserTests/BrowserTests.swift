import Testing

/// The product in a real browser. One after the other: each wants the machine for itself.
@Suite(.serialized, .enabled(if: BrowserScript.canRun)) enum BrowserTests {}
