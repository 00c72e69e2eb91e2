import Foundation
import TestSupport

/// Sounds that encoders find hard, made by arithmetic: the same samples on every machine.
enum TestSound: String, CaseIterable, Sendable {
    case tones, speech, castanets

    static let rate = 48_000

    /// One channel, −0.5 … 0.5.
    func samples(seconds: Int) -> [Float] {
        let count = seconds * Self.rate
        switch self {
        case .tones: return Self.tones(count)
        case .speech: return Self.speech(count)
        case .castanets: return Self.castanets(count)
        }
    }

    private static func tones(_ count: Int) -> [Float] {
        (0..<count).map { sample in
            let time = Double(sample) / Double(rate)
            return Float(
                0.2 * sin(440 * 2 * .pi * time) + 0.15 * sin(1234.5 * 2 * .pi * time) + 0.1 * sin(5000 * 2 * .pi * time)
            )
        }
    }

    /// Vowels: pulses of a voice that rises and falls, through three resonances that move; hissing consonants between them.
    private static func speech(_ count: Int) -> [Float] {
        let vowels = [
            (730.0, 1090.0, 2440.0), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410),
        ]
        var random = SmallRandom(state: 42)
        var resonances = [Resonance](repeating: Resonance(), count: 3)
        var phase = 0.0
        var result = [Float](repeating: 0, count: count)
        for sample in 0..<count {
            let time = Double(sample) / Double(rate)
            let syllable = Int(time * 4)
            let part = time * 4 - Double(syllable)
            let noise = Double(Int64(bitPattern: random.next()) >> 32) / Double(Int32.max)
            phase += (120 + 30 * sin(time * 2.1)) / Double(rate)
            let pulse = phase >= 1 ? 1.0 : 0
            if phase >= 1 { phase -= 1 }
            let excitation =
                part < 0.2 ? noise * 0.05 : pulse * min(1, (part - 0.2) * 10) * (part > 0.9 ? (1 - part) * 10 : 1)
            let vowel = vowels[syllable % vowels.count]
            var sum = 0.0
            for (index, (frequency, weight)) in [(vowel.0, 1.0), (vowel.1, 0.6), (vowel.2, 0.3)].enumerated() {
                sum += weight * resonances[index].next(excitation, frequency: frequency, width: 90)
            }
            result[sample] = Float(max(-0.5, min(0.5, sum * 3)))
        }
        return result
    }

    /// Clicks of a millisecond's rise that ring for 30, seven or so a second, never in step with anything.
    private static func castanets(_ count: Int) -> [Float] {
        var random = SmallRandom(state: 7)
        var result = [Float](repeating: 0, count: count)
        var start = 1_000
        while start < count {
            let pitch = 1_800 + Double(random.next() % 1_500)
            for sample in 0..<min(1_440, count - start) {
                let time = Double(sample) / Double(rate)
                let noise = Double(Int64(bitPattern: random.next()) >> 32) / Double(Int32.max)
                let shape = exp(-time * 180) * min(1, time * 2_000)
                result[start + sample] += Float(0.35 * shape * (sin(pitch * 2 * .pi * time) + 0.4 * noise))
            }
            start += 4_000 + Int(random.next() % 6_000)
        }
        return result
    }

    private struct Resonance {
        private var last = 0.0
        private var before = 0.0

        mutating func next(_ input: Double, frequency: Double, width: Double) -> Double {
            let radius = exp(-.pi * width / Double(TestSound.rate))
            let output =
                (1 - radius) * input + 2 * radius * cos(2 * .pi * frequency / Double(TestSound.rate)) * last
                - radius * radius * before
            (before, last) = (last, output)
            return output
        }
    }
}
