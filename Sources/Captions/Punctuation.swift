/// White space and punctuation, and what the removals of other rules leave behind.
enum Punctuation {
    static let rules: [Rule] = [
        Rule("separator", #"[*_=~#•·]{3,}|[-–—]{3,}"#, with: " "),
        Rule("empty_brackets", #"\(\s*[,;:.|-]*\s*\)|\[\s*[,;:.|-]*\s*\]|\{\s*\}"#, with: ""),
        Rule("whitespace", #"^\s+|\s+$"#, with: ""),
        Rule("whitespace", #"\s+"#, with: " "),
        Rule("punctuation", #"[!?]{2,}"#) { $0[0].contains("?") ? "?" : "!" },
        Rule("punctuation", #"([,;])(?:\s*[,;])+"#) { $0[1] },
        Rule("punctuation", #"(?<!\.)\.\.(?!\.)"#, with: "."),
        Rule("punctuation", #"\.{4,}"#, with: "..."),
        Rule("punctuation", #"([!?])(?:\s+[.!?])+(?=\s|$)"#) { $0[1] },
        Rule("punctuation", #"(?<!\.)\.(?:\s+\.)+(?=\s|$)"#, with: "."),
        Rule("punctuation", #"[,;:]\s*(?=[.!?](?:\s|$))"#, with: ""),
        Rule("punctuation", #"\|(?:\s*\|)+"#, with: "|"),
        Rule("punctuation_space", #"\s+([,.;:!?]+)(?=\s|$)"#) { $0[1] },
        Rule("punctuation_space", #"([(\[])\s+"#) { $0[1] },
        Rule("punctuation_space", #"\s+([)\]])"#) { $0[1] },
        Rule("dangling", #"^(?:[|–—,;:.!?•·*>►▶-]+(?:\s+|$))+"#, with: ""),
        Rule("dangling", #"(?:\s+[|–—•·*>►▶-]+|[,:|])+\s*$"#, with: ""),
        Rule("no_words", #"^[^\p{L}\p{N}]+$"#, with: ""),
    ]
}
