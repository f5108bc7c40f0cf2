/// HTML character references: numeric ones, and the named ones met in captions.
enum Entities {
    /// The text of a reference without `&` and `;`, such as `#181`, `#xB5` or `micro`; nil for an unknown name.
    ///
    /// Numbers follow HTML: 128 to 159 are read as windows-1252, what is no character becomes U+FFFD.
    static func text(of reference: String) -> String? {
        guard reference.hasPrefix("#") else { return named[reference] ?? capitalized[reference] }
        let digits = reference.dropFirst()
        let value = digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        if let value, (128..<160).contains(value) { return windows1252[Int(value) - 128] }
        guard let value, value > 0, let scalar = Unicode.Scalar(value) else { return "\u{FFFD}" }
        return String(Character(scalar))
    }

    private static let windows1252 = [
        "€", "\u{FFFD}", "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", "\u{FFFD}", "Ž", "\u{FFFD}",
        "\u{FFFD}", "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", "\u{FFFD}", "ž", "Ÿ",
    ]

    private static let named: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "shy": "\u{AD}",
        "AMP": "&", "LT": "<", "GT": ">", "QUOT": "\"", "num": "#", "commat": "@", "lpar": "(", "rpar": ")",
        "lsqb": "[", "rsqb": "]", "percnt": "%", "plus": "+", "equals": "=", "sol": "/", "bsol": "\\", "colon": ":",
        "semi": ";", "comma": ",", "period": ".", "excl": "!", "quest": "?", "lowbar": "_", "verbar": "|", "vert": "|",
        "ast": "*", "dollar": "$", "grave": "`", "NewLine": "\n", "Tab": "\t", "lbrace": "{", "rbrace": "}",
        // Spaces, dashes, quotes
        "ensp": "\u{2002}", "emsp": "\u{2003}", "thinsp": "\u{2009}", "hairsp": "\u{200A}", "zwnj": "\u{200C}",
        "zwj": "\u{200D}", "lrm": "\u{200E}", "rlm": "\u{200F}", "hyphen": "‐", "ndash": "–", "mdash": "—",
        "minus": "−", "horbar": "―", "lsquo": "‘", "rsquo": "’", "sbquo": "‚", "ldquo": "“", "rdquo": "”",
        "bdquo": "„", "laquo": "«", "raquo": "»", "lsaquo": "‹", "rsaquo": "›", "hellip": "…", "bull": "•",
        "middot": "·", "prime": "′", "Prime": "″", "dagger": "†", "Dagger": "‡", "para": "¶", "sect": "§",
        // Units, mathematics, signs
        "micro": "µ", "deg": "°", "times": "×", "divide": "÷", "plusmn": "±", "pm": "±", "permil": "‰", "ordm": "º",
        "ordf": "ª", "sup1": "¹", "sup2": "²", "sup3": "³", "frac12": "½", "frac14": "¼", "frac34": "¾", "le": "≤",
        "ge": "≥", "leq": "≤", "geq": "≥", "ne": "≠", "asymp": "≈", "approx": "≈", "cong": "≅", "sim": "∼",
        "equiv": "≡", "prop": "∝", "infin": "∞", "radic": "√", "sum": "∑", "prod": "∏", "int": "∫", "part": "∂",
        "nabla": "∇", "isin": "∈", "cap": "∩", "cup": "∪", "sdot": "⋅", "angst": "Å", "larr": "←", "rarr": "→",
        "uarr": "↑", "darr": "↓", "harr": "↔", "rArr": "⇒", "lArr": "⇐", "hArr": "⇔", "not": "¬", "and": "∧",
        "or": "∨", "copy": "©", "reg": "®", "trade": "™", "cent": "¢", "pound": "£", "yen": "¥", "euro": "€",
        "curren": "¤", "brvbar": "¦", "uml": "¨", "acute": "´", "cedil": "¸", "macr": "¯", "iexcl": "¡",
        "iquest": "¿", "hearts": "♥", "check": "✓", "female": "♀", "male": "♂", "ohm": "Ω", "ell": "ℓ",
        // Greek
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "epsi": "ε", "zeta": "ζ", "eta": "η",
        "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο",
        "pi": "π", "rho": "ρ", "sigma": "σ", "sigmaf": "ς", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ",
        "psi": "ψ", "omega": "ω", "Alpha": "Α", "Beta": "Β", "Gamma": "Γ", "Delta": "Δ", "Epsilon": "Ε",
        "Zeta": "Ζ", "Eta": "Η", "Theta": "Θ", "Iota": "Ι", "Kappa": "Κ", "Lambda": "Λ", "Mu": "Μ", "Nu": "Ν",
        "Xi": "Ξ", "Omicron": "Ο", "Pi": "Π", "Rho": "Ρ", "Sigma": "Σ", "Tau": "Τ", "Upsilon": "Υ", "Phi": "Φ",
        "Chi": "Χ", "Psi": "Ψ", "Omega": "Ω", "thetasym": "ϑ", "piv": "ϖ",
        // Latin
        "szlig": "ß", "aelig": "æ", "oelig": "œ", "eth": "ð", "thorn": "þ", "oslash": "ø", "aring": "å",
        "ccedil": "ç", "ntilde": "ñ", "atilde": "ã", "otilde": "õ", "agrave": "à", "egrave": "è", "igrave": "ì",
        "ograve": "ò", "ugrave": "ù", "aacute": "á", "eacute": "é", "iacute": "í", "oacute": "ó", "uacute": "ú",
        "yacute": "ý", "acirc": "â", "ecirc": "ê", "icirc": "î", "ocirc": "ô", "ucirc": "û", "auml": "ä",
        "euml": "ë", "iuml": "ï", "ouml": "ö", "uuml": "ü", "yuml": "ÿ", "scaron": "š", "zcaron": "ž",
        "ccaron": "č", "cacute": "ć", "lstrok": "ł", "eogon": "ę", "aogon": "ą", "inodot": "ı",
    ]

    /// `Eacute` and its like: the capital of a Latin letter whose name stands in the table in lower case.
    private static let capitalized: [String: String] = {
        let endings = [
            "lig", "slash", "ring", "cedil", "tilde", "grave", "acute", "circ", "uml", "caron", "strok", "ogon",
        ]
        var table: [String: String] = ["ETH": "Ð", "THORN": "Þ", "AElig": "Æ", "OElig": "Œ"]
        for (name, letter) in named where name != "szlig" && endings.contains(where: { name.hasSuffix($0) }) {
            guard letter.count == 1, letter.first?.isLowercase == true else { continue }
            table[name.prefix(1).uppercased() + name.dropFirst()] = letter.uppercased()
        }
        return table
    }()
}
