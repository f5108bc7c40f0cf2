import Foundation

/// Guesses the level that a text speaks of. A hint for the reviewer's form, never a label.
public enum LevelHint {
    /// `organ`, `cellular` or `subcellular`; nil when unsure.
    ///
    /// Each level's words are counted once each. A level is suggested when it has a word, and at least twice as many as
    /// the next.
    public static func suggest(_ text: String) -> String? {
        let scores = lexicon.map { level, pattern in
            (level: level, words: Set(pattern.matches(in: text).map { stem($0[0]) }).count)
        }
        let ranked = scores.sorted { $0.words > $1.words }
        guard ranked[0].words > 0, ranked[0].words >= 2 * ranked[1].words else { return nil }
        return ranked[0].level
    }

    private static func stem(_ word: String) -> String {
        let lower = word.lowercased()
        return lower.count > 3 && lower.hasSuffix("s") ? String(lower.dropLast()) : lower
    }

    private static let lexicon: [(level: String, pattern: Pattern)] = [
        ("organ", words(organ)), ("cellular", words(cellular)), ("subcellular", words(subcellular)),
    ]

    private static func words(_ stems: [String]) -> Pattern {
        Pattern(#"(?i)\b"# + Pattern.any(stems) + #"\b"#)
    }

    private static let organ = [
        "organs?", "hearts?", "heartbeat", "cardiac", "ventric(?:le|les|ular)", "atri(?:um|a|al)", "valves?", "lungs?",
        "bronch(?:us|i|ial)", "trachea", "livers?", "hepatic", "kidneys?", "renal", "stomach", "intestin(?:e|es|al)",
        "colon", "gut", "pancrea(?:s|tic)", "spleen", "bladder", "brains?", "spinal cord", "cortex", "skin", "muscles?",
        "bones?", "joints?", "cartilage", "arter(?:y|ies|ial)", "veins?", "aorta",
        "blood (?:flow|vessels?|circulation)",
        "capillar(?:y|ies)", "eyes?", "retina", "ears?", "cochlea", "uterus", "ovar(?:y|ies)", "prostate", "thyroid",
        "tissues?", "tumou?rs?", "lymph nodes?", "embryos?", "f(?:o)?etus", "limbs?", "leaf", "leaves", "roots?",
        "digestive", "respiratory", "nervous system", "peristalsis",
    ]

    private static let cellular = [
        "cells?", "cell division", "cell migration", "mitosis", "mitotic", "meiosis", "cytokinesis",
        "apopto(?:sis|tic)",
        "phagocyto(?:sis|se|ses|sing)", "chemotaxis", "neutrophils?", "macrophages?", "lymphocytes?", "leukocytes?",
        "erythrocytes?", "neurons?", "astrocytes?", "microglia", "fibroblasts?", "keratocytes?", "keratinocytes?",
        "hela", "cho cells?", "epithelial cells?", "stem cells?", "bacteri(?:um|a|al)", "yeast", "amoebae?",
        "protozoa", "parameci(?:um|a)", "ciliates?", "diatoms?", "algae?", "sperm(?:atozoa)?", "oocytes?", "eggs?",
        "platelets?", "monolayer", "colon(?:y|ies)",
    ]

    private static let subcellular = [
        "organelles?", "mitochondri(?:a|on|al)", "nucle(?:us|i|ar|olus|oli)", "chromosomes?", "chromatin", "histones?",
        "dna", "rna", "mrna", "trna", "genes?", "ribosom(?:e|es|al)", "golgi", "endoplasmic reticulum",
        "lysosom(?:e|es|al)",
        "endosom(?:e|es|al)", "peroxisomes?", "autophagosomes?", "vacuoles?", "vesicles?", "exocytosis", "endocytosis",
        "cytoskelet(?:on|al)", "actin", "filaments?", "microtubules?", "tubulin", "kinesins?", "dyneins?", "myosins?",
        "spindles?", "centrosomes?", "centrioles?", "kinetochores?", "proteins?", "enzymes?", "receptors?", "ligands?",
        "ion channels?", "polymerases?", "proteasomes?", "clathrin", "nuclear pores?", "atp", "synaptic vesicles?",
        "molecul(?:e|es|ar)", "lipid bilayer", "plasma membrane", "antibod(?:y|ies)", "capsids?", "flagell(?:um|a)",
    ]
}
