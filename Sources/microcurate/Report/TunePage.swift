import Mustache

/// The page of `tune`: parts and style of the report, and like it a document that loads nothing.
enum TunePage {
    static func render(_ content: TuneContent) throws -> String {
        var library = MustacheLibrary()
        for (name, text) in [
            ("head", ReportPage.head), ("strip", ReportPage.strip), ("gallery", ReportPage.gallery),
        ] {
            library.register(try MustacheTemplate(string: text), named: name)
        }
        return try MustacheTemplate(string: page).render(
            Page(
                title: content.title, generator: "microcurate tune", style: ReportStyle.sheet, tune: content),
            library: library)
    }

    private struct Page {
        let title: String
        let generator: String
        let style: String
        let tune: TuneContent
    }

    private static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        {{> head}}
        </head>
        <body>
        {{#tune}}
        <a class="skip" href="#main">To the content</a>
        <header>
        <p class="brand">MicroCurator <span>what would change in {{name}}</span></p>
        {{#changes}}
        <h1>{{key}} <span class="version">{{#isSame}}is {{before}} already{{/isSame}}{{^isSame}}{{before}} → {{after}}{{/isSame}}</span></h1>
        {{/changes}}
        <p class="lead">{{sentence}}</p>
        <p class="intro">{{closing}}</p>
        <nav aria-label="Sections">
        <a href="#funnel">Funnel</a>
        {{^empty(plots)}}
        <a href="#values">Values</a>
        {{/empty(plots)}}
        {{#galleries}}
        <a href="#{{anchor}}">{{heading}}</a>
        {{/galleries}}
        {{^empty(problems)}}
        <a class="bad" href="#problems">Problems</a>
        {{/empty(problems)}}
        </nav>
        </header>
        <main id="main">
        <section id="funnel">
        <h2>Funnel</h2>
        <div class="scroll" role="region" aria-label="Funnel" tabindex="0">
        <table class="bars">
        <thead><tr><th scope="col">Step</th><th scope="col" class="chart"><span class="hidden">Chart</span></th>
        <th scope="col" class="n">Now</th><th scope="col" class="n">Then</th><th scope="col" class="n">Change</th></tr></thead>
        <tbody>
        {{#steps}}
        <tr><th scope="row">{{step}} <small>{{meaning}}</small></th>
        <td class="chart" aria-hidden="true"><div class="bar"><span style="width:{{width}}%"></span><i style="left:{{mark}}%"></i></div></td>
        <td class="n soft">{{before}}</td><td class="n">{{after}}</td><td class="n">{{.difference}}</td></tr>
        {{/steps}}
        </tbody>
        </table>
        </div>
        <p class="note">A bar is what would be; the line in it is what is now. Clips that experts decided on pass whatever a filter says.</p>
        </section>
        {{^empty(plots)}}
        <section id="values">
        <h2>Values</h2>
        {{#plots}}
        <h3>{{heading}}</h3>
        <div class="scroll" role="img" aria-label="{{sentence}}" tabindex="0">
        {{{svg}}}
        </div>
        <p class="note key"><i></i> now <i class="done"></i> then{{#hasLines}} <i class="now"></i> threshold now <i class="then"></i> threshold then{{/hasLines}}</p>
        {{#.note}}
        <p class="note">{{.}}</p>
        {{/.note}}
        {{/plots}}
        </section>
        {{/empty(plots)}}
        {{#galleries}}
        <section id="{{anchor}}">
        <h2>{{heading}} <span class="total">{{total}}</span></h2>
        <p class="intro">{{.explanation}}{{#.excerpt}} {{.}}.{{/.excerpt}}</p>
        {{> gallery}}
        </section>
        {{/galleries}}
        {{^empty(problems)}}
        <section id="problems">
        <h2>Problems</h2>
        <ol class="problems">
        {{#problems}}
        <li>{{.}}</li>
        {{/problems}}
        </ol>
        </section>
        {{/empty(problems)}}
        </main>
        <footer>
        <p>Made by <code>microcurate tune</code>, which applies nothing unless told to. Computed from the frame tracks
        by the same steps that <code>microcurate run</code> takes. The page holds its pictures and loads nothing.</p>
        </footer>
        {{/tune}}
        </body>
        </html>

        """
}
