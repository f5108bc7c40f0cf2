/// Capitals, digits and a few signs of 5 x 7 dots, for captions in pictures: no font library, the same everywhere.
enum DotFont {
    static let (width, height) = (5, 7)
    /// Dots from the beginning of a sign to that of the next.
    static let advance = 6

    /// The dots of a sign, row by row, true for ink. Small letters look like capitals, unknown signs like a `?`.
    static func rows(of sign: Character) -> [[Bool]] {
        let capital = sign.uppercased().first ?? sign
        let bits = signs[capital] ?? signs["?"]!
        return (0..<height).map { row in
            (0..<width).map { column in bits >> ((height - 1 - row) * width + (width - 1 - column)) & 1 == 1 }
        }
    }

    /// Seven rows of five bits each, the uppermost row highest, its left dot highest.
    private static let signs: [Character: UInt64] = [
        "0": 0x3a33ae62e, "1": 0x11842108e, "2": 0x3a213221f, "3": 0x78217043e, "4": 0x08ca97c42, "5": 0x7e1e0862e,
        "6": 0x1910f462e, "7": 0x7c2222108, "8": 0x3a317462e, "9": 0x3a317844c, "A": 0x3a31fc631, "B": 0x7a31f463e,
        "C": 0x3a308422e, "D": 0x7a318c63e, "E": 0x7e10f421f, "F": 0x7e10f4210, "G": 0x3a30bc62f, "H": 0x4631fc631,
        "I": 0x38842108e, "J": 0x1c4210a4c, "K": 0x4654c5251, "L": 0x42108421f, "M": 0x4775ac631, "N": 0x47359c631,
        "O": 0x3a318c62e, "P": 0x7a31f4210, "Q": 0x3a318d64d, "R": 0x7a31f5251, "S": 0x3e107043e, "T": 0x7c8421084,
        "U": 0x46318c62e, "V": 0x46318c544, "W": 0x4631ad771, "X": 0x462a22a31, "Y": 0x462a21084, "Z": 0x7c222221f,
        ":": 0x008401080, ".": 0x0000000c6, ",": 0x000001888, "-": 0x000070000, "_": 0x00000001f, "/": 0x042222210,
        "(": 0x088842082, ")": 0x208210888, "#": 0x295f57d4a, "%": 0x674222173, "+": 0x0084f9080, "?": 0x3a2131004,
        " ": 0x000000000,
    ]
}
