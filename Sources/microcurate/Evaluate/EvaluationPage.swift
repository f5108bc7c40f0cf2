import Analysis
import Foundation
import Model
import Mustache
import Shots

/// The evaluation as one HTML document that loads nothing, in the report's dress.
enum EvaluationPage {
    private static let picturesOnCard = 8
    private static let pictureSize = 200

    /// - Parameter misses: that are shown of each detector, the surest first.
    static func render(_ evaluation: ShotEvaluation, _ options: ShotEvaluation.Options, misses: Int) throws -> String {
        var library = MustacheLibrary()
        library.register(try MustacheTemplate(string: ReportPage.head), named: "head")
        library.register(try MustacheTemplate(string: ReportPage.strip), named: "strip")
        library.register(try MustacheTemplate(string: table), named: "table")
        return try MustacheTemplate(string: page).render(
            try Content(evaluation, options, misses: misses), library: library)
    }

    struct Table {
        struct Row {
            let name: String
            let cells: [String]
        }

        let label: String
        let header: [String]
        let rows: [Row]

        init(_ label: String, _ header: [String], _ rows: [[String]]) {
            self.label = label
            self.header = header
            self.rows = rows.map { Row(name: $0[0], cells: Array($0.dropFirst())) }
        }
    }

    struct Card {
        let pictures: [ReportPicture]
        let columns: Int
        let title: String
        let place: String
        let verdict: String
        let tricks: String?
    }

    struct Section {
        let detector: String
        let anchor: String
        let videos: Table
        let total: String
        let excerpt: String?
        let cards: [Card]
    }

    struct Content {
        let title = "Shot boundaries"
        let generator = "microcurate evaluate"
        let style = ReportStyle.sheet + EvaluationPage.style
        let videos: String
        let rule: String
        let table: Table
        let sections: [Section]
        let failed: [Fault]?

        init(_ evaluation: ShotEvaluation, _ options: ShotEvaluation.Options, misses limit: Int) throws {
            let seconds = evaluation.videos.reduce(0) { $0 + $1.truth.seconds }
            videos =
                Figure.plural(evaluation.videos.count, "video", "videos")
                + " of \(Figure.decimal(seconds / 60, 1))\u{A0}minutes"
            rule =
                "A boundary is right within \(Figure.plural(options.slack, "frame", "frames")) of a cut, or inside a "
                + "gradual transition widened by as many; each transition is matched once. Intervals of F1 hold 95\u{A0}% "
                + "of \(Figure.plural(options.bootstrap, "bootstrap round", "bootstrap rounds")) over videos and "
                + "transitions. False boundaries are per minute; “mixed in shots” is the share of mixed frames of gradual "
                + "transitions that the detector leaves in a shot."
            table = Table("Scores", EvaluationTable.header, evaluation.rows.map(EvaluationTable.cells))
            let chosen = evaluation.rows.map { Miss.worst(of: $0, limit: limit) }
            let pictures = try EvaluationPage.pictures(of: chosen.flatMap { $0 })
            sections = zip(evaluation.rows, chosen).enumerated().map { index, entry in
                let (row, misses) = entry
                let total = row.videos.reduce(0) { $0 + $1.answer.misses.count }
                return Section(
                    detector: row.detector, anchor: "detector-\(index)",
                    videos: Table(
                        "Scores of \(row.detector) by video", EvaluationTable.videoHeader,
                        row.videos.map { EvaluationTable.cells($0.video.name, $0.answer.score) }),
                    total: Figure.plural(total, "miss", "misses"),
                    excerpt: misses.count < total ? "\(misses.count) of \(Figure.count(total)) shown" : nil,
                    cards: misses.map { $0.card(pictures) })
            }
            failed = evaluation.faults.isEmpty ? nil : evaluation.faults
        }
    }

    /// A miss and the video that it is in.
    struct Miss {
        let video: ShotEvaluation.Video
        let miss: ShotMiss

        static func worst(of row: ShotEvaluation.Row, limit: Int) -> [Miss] {
            let all = row.videos.flatMap { video, answer in answer.misses.map { Miss(video: video, miss: $0) } }
            let order = all.indices.sorted {
                (all[$1].miss.certainty, $0) < (all[$0].miss.certainty, $1)
            }
            return order.prefix(limit).map { all[$0] }
        }

        var frames: [Int] { miss.pictures(picturesOnCard, of: video.truth.frames) }

        func card(_ pictures: [String: [Int: [UInt8]]]) -> Card {
            let shown = frames.compactMap { frame -> ReportPicture? in
                guard let jpeg = pictures[video.name]?[frame] else { return nil }
                return ReportPicture(
                    data: "data:image/jpeg;base64," + Data(jpeg).base64EncodedString(),
                    alt: "\(video.name), frame \(frame)", at: "frame \(frame)")
            }
            let frames = miss.frames
            let kind = miss.transition.rawValue
            let verdict =
                switch (miss.kind, miss.score) {
                case (.missed, let score?): "Not found; the best rejected candidate scores \(Figure.decimal(score, 2))"
                case (.missed, nil): "Not found; no candidate near it"
                case (.falseAlarm, let score?): "Nothing is there; the detector scores it \(Figure.decimal(score, 2))"
                case (.falseAlarm, nil): "Nothing is there"
                }
            return Card(
                pictures: shown, columns: max(1, shown.count),
                title: miss.kind == .missed ? "\(kind) missed" : "false \(kind)",
                place: "\(video.name), "
                    + (frames.count == 0
                        ? "frame \(Figure.count(frames.start))"
                        : "frames \(Figure.count(frames.start))–\(Figure.count(frames.end - 1))"),
                verdict: verdict, tricks: miss.tricks.isEmpty ? nil : miss.tricks.joined(separator: ", "))
        }
    }

    /// The pictures of all misses, by video and frame; each video is read once.
    private static func pictures(of misses: [Miss]) throws -> [String: [Int: [UInt8]]] {
        try Dictionary(grouping: misses, by: \.video.name).mapValues { misses in
            try misses[0].video.pictures(of: Set(misses.flatMap(\.frames)), longSide: pictureSize)
        }
    }

    private static let style = """
        .misses { display: grid; gap: 1.5rem; margin-top: 1rem; }
        .misses .strip img { max-height: none; }

        """

    private static let table = """
        <div class="scroll" role="region" aria-label="{{label}}" tabindex="0">
        <table>
        <thead><tr>{{#header}}<th scope="col"{{^first()}} class="n"{{/first()}}>{{.}}</th>{{/header}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th>{{#cells}}<td class="n">{{.}}</td>{{/cells}}</tr>
        {{/rows}}
        </tbody>
        </table>
        </div>

        """

    private static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        {{> head}}
        </head>
        <body>
        <a class="skip" href="#main">To the content</a>
        <header>
        <p class="brand">MicroCurator <span>evaluation</span></p>
        <h1>Shot boundaries</h1>
        <p class="lead">{{videos}}</p>
        <nav aria-label="Sections">
        <a href="#scores">Scores</a>
        {{#sections}}
        <a href="#{{anchor}}">{{detector}}</a>
        {{/sections}}
        {{#.failed}}
        <a class="bad" href="#failed">Failed</a>
        {{/.failed}}
        </nav>
        </header>
        <main id="main">
        <section id="scores">
        <h2>Scores</h2>
        {{#table}}
        {{> table}}
        {{/table}}
        <p class="note">{{rule}}</p>
        </section>
        {{#sections}}
        <section id="{{anchor}}">
        <h2>{{detector}} <span class="total">{{total}}</span></h2>
        {{#videos}}
        {{> table}}
        {{/videos}}
        {{^empty(cards)}}
        <h3>The worst misses</h3>
        <p class="intro">Those that the detector is surest of come first.{{#.excerpt}} {{.}}.{{/.excerpt}}</p>
        <div class="misses">
        {{#cards}}
        <article class="card" aria-label="{{title}}, {{place}}">
        {{> strip}}
        <p class="title">{{title}}</p>
        <p class="verdict">{{verdict}}</p>
        <p class="tags"><span>{{place}}</span>{{#.tricks}}<span class="tag">tricks: {{.}}</span>{{/.tricks}}</p>
        </article>
        {{/cards}}
        </div>
        {{/empty(cards)}}
        </section>
        {{/sections}}
        {{#.failed}}
        <section id="failed">
        <h2>Failed</h2>
        <ol class="problems">
        {{#.}}
        <li><code>{{place}}</code>: {{what}}. <span class="advice">{{advice}}</span></li>
        {{/.}}
        </ol>
        </section>
        {{/.failed}}
        </main>
        <footer>
        <p>Made by <code>microcurate evaluate shots</code>. The page holds its pictures and loads nothing; the same videos,
        truth and detectors give the same page. Frames count from 0 in order of presentation.</p>
        </footer>
        </body>
        </html>

        """
}
