import Mustache

/// The page: one HTML document that loads nothing, as its content security policy enforces.
///
/// Texts are escaped by Mustache. A leading dot in a name keeps the search for an unknown value inside its own record.
enum ReportPage {
    static func render(_ content: ReportContent) throws -> String {
        var library = MustacheLibrary()
        for (name, text) in [
            ("head", head), ("overview", overview), ("strip", strip), ("gallery", gallery), ("findings", findings),
            ("review", review),
            ("origins", origins),
        ] {
            library.register(try MustacheTemplate(string: text), named: name)
        }
        return try MustacheTemplate(string: page).render(
            Page(
                title: "\(content.name) \(content.version)", generator: "microcurate report", style: ReportStyle.sheet,
                report: content), library: library)
    }

    private struct Page {
        let title: String
        let generator: String
        let style: String
        let report: ReportContent
    }

    /// What stands in the head of every page: it loads nothing, and says so to the browser.
    static let head = """
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="{{generator}}">
        <title>{{title}} · MicroCurator</title>
        <style>
        {{{style}}}</style>

        """

    private static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        {{> head}}
        </head>
        <body>
        {{#report}}
        <a class="skip" href="#main">To the content</a>
        <header>
        <p class="brand">MicroCurator <span>dataset report</span></p>
        <h1>{{name}} <span class="version">version {{version}}</span></h1>
        {{#.description}}
        <p class="lead">{{.}}</p>
        {{/.description}}
        <dl class="facts">
        {{#facts}}
        <div><dt>{{term}}</dt><dd>{{value}}</dd><dd class="detail">{{detail}}</dd></div>
        {{/facts}}
        </dl>
        <nav aria-label="Sections">
        <a href="#funnel">Funnel</a>
        {{#.durations}}
        <a href="#durations">Durations</a>
        {{/.durations}}
        {{#.levels}}
        <a href="#levels">Levels</a>
        {{/.levels}}
        {{#galleries}}
        <a href="#{{anchor}}">{{heading}}</a>
        {{/galleries}}
        {{#.rejections}}
        <a href="#rejected">Rejected</a>
        {{/.rejections}}
        {{#.duplicates}}
        <a href="#duplicates">Duplicates</a>
        {{/.duplicates}}
        {{#.review}}
        <a href="#review">Review</a>
        {{/.review}}
        <a href="#sources">Sources</a>
        <a href="#licences">Licences</a>
        {{#.problems}}
        <a class="bad" href="#problems">Problems</a>
        {{/.problems}}
        </nav>
        </header>
        <main id="main">
        {{> overview}}
        {{#galleries}}
        <section id="{{anchor}}">
        <h2>{{heading}} <span class="total">{{total}}</span></h2>
        <p class="intro">{{.explanation}}{{#.excerpt}} {{.}}.{{/.excerpt}}</p>
        {{> gallery}}
        </section>
        {{/galleries}}
        {{> findings}}
        {{> review}}
        {{> origins}}
        </main>
        <footer>
        <p>Made by <code>microcurate report</code>. The page holds its pictures and loads nothing; it does not say
        when it was made, so that the same state of the workspace gives the same page. Spans are in seconds of playing time and in frames of
        the source, counted from 0. Unknown values are called unknown.</p>
        </footer>
        {{/report}}
        </body>
        </html>

        """
}
