/// The parts of the page, each the template of one or more sections.
extension ReportPage {
    static let overview = """
        <section id="funnel">
        <h2>Funnel</h2>
        <div class="scroll" role="region" aria-label="Funnel" tabindex="0">
        <table class="bars">
        <thead><tr><th scope="col">Step</th><th scope="col" class="chart"><span class="hidden">Chart</span></th>
        <th scope="col" class="n">Count</th><th scope="col" class="n">Kept</th>
        {{#funnel.hasTargets}}
        <th scope="col" class="n">Target</th><th scope="col" class="n">Reached</th>
        {{/funnel.hasTargets}}
        </tr></thead>
        <tbody>
        {{#funnel.steps}}
        <tr><th scope="row">{{step}} <small>{{meaning}}</small></th>
        <td class="chart" aria-hidden="true"><div class="bar"><span style="width:{{width}}%"></span>{{#.mark}}<i style="left:{{.}}%"></i>{{/.mark}}</div></td>
        <td class="n">{{count}}</td><td class="n soft">{{.kept}}</td>
        {{#funnel.hasTargets}}
        <td class="n">{{.target}}</td><td class="n soft">{{.reached}}</td>
        {{/funnel.hasTargets}}
        </tr>
        {{/funnel.steps}}
        </tbody>
        </table>
        </div>
        <p class="note">Kept: of the step before.{{#funnel.hasTargets}} Target: as the recipe states it; a line in the chart marks it where it is near.{{/funnel.hasTargets}}</p>
        <div class="pair">
        <div>
        <h3>Where the clips stand</h3>
        <table>
        <thead><tr><th scope="col">State</th><th scope="col" class="n">Clips</th><th scope="col" class="n">Playing time</th></tr></thead>
        <tbody>
        {{#funnel.states}}
        <tr><th scope="row"><span class="state {{state}}">{{state}}</span></th><td class="n">{{clips}}</td><td class="n">{{total}}</td></tr>
        {{/funnel.states}}
        </tbody>
        </table>
        </div>
        <div>
        <h3>What the stages did</h3>
        <table>
        <thead><tr><th scope="col">Stage</th><th scope="col" class="n">Pending</th><th scope="col" class="n">Done</th><th scope="col" class="n">Failed</th></tr></thead>
        <tbody>
        {{#stages}}
        <tr><th scope="row">{{stage}}</th><td class="n">{{pending}}</td><td class="n">{{done}}</td><td class="n{{#hasFailed}} bad{{/hasFailed}}">{{failed}}</td></tr>
        {{/stages}}
        </tbody>
        </table>
        </div>
        </div>
        </section>
        {{#.durations}}
        <section id="durations">
        <h2>Durations</h2>
        <div class="histogram" role="img" aria-label="{{sentence}}">
        <p class="axis">{{highest}}</p>
        <div class="columns">
        {{#bins}}
        <div title="{{range}}: {{clips}}, of them {{ready}} through the pipeline"><b style="height:{{height}}%"></b><b class="done" style="height:{{readyHeight}}%"></b>{{#.label}}<span>{{.}}</span>{{/.label}}</div>
        {{/bins}}
        <span class="last">{{last}}</span>
        </div>
        </div>
        <p class="note key"><i></i> clips in use <i class="done"></i> of them through the pipeline; seconds of playing time, clips</p>
        <div class="scroll" role="region" aria-label="Lengths" tabindex="0">
        <table class="plain">
        <thead><tr><th scope="col">Clips</th><th scope="col" class="n">Number</th><th scope="col" class="n">Shortest</th>
        <th scope="col" class="n">Median</th><th scope="col" class="n">Longest</th><th scope="col" class="n">Total</th></tr></thead>
        <tbody>
        {{#summaries}}
        <tr><th scope="row">{{group}}</th><td class="n">{{clips}}</td><td class="n">{{shortest}}</td><td class="n">{{median}}</td><td class="n">{{longest}}</td><td class="n">{{total}}</td></tr>
        {{/summaries}}
        </tbody>
        </table>
        </div>
        </section>
        {{/.durations}}
        {{#.levels}}
        <section id="levels">
        <h2>Levels</h2>
        <p class="intro">Of the clips that are ready or accepted.</p>
        <div class="scroll" role="region" aria-label="Levels" tabindex="0">
        <table class="bars">
        <thead><tr><th scope="col">Level</th><th scope="col" class="chart"><span class="hidden">Chart</span></th>
        <th scope="col" class="n">Clips</th><th scope="col" class="n">Share</th>
        {{#hasTargets}}
        <th scope="col" class="n">Target</th><th scope="col" class="n">Points&#160;off</th>
        {{/hasTargets}}
        </tr></thead>
        <tbody>
        {{#levels}}
        <tr><th scope="row"{{#isUnknown}} class="unknown"{{/isUnknown}}>{{level}}</th>
        <td class="chart" aria-hidden="true"><div class="bar"><span style="width:{{width}}%"></span>{{#.mark}}<i style="left:{{.}}%"></i>{{/.mark}}</div></td>
        <td class="n">{{clips}}</td><td class="n">{{share}}</td>
        {{#hasTargets}}
        <td class="n">{{.target}}</td><td class="n soft">{{.difference}}</td>
        {{/hasTargets}}
        </tr>
        {{/levels}}
        </tbody>
        </table>
        </div>
        </section>
        {{/.levels}}

        """

    static let strip = """
        {{^empty(pictures)}}
        <div class="strip" style="--columns:{{columns}}">
        {{#pictures}}
        <img src="{{data}}" alt="{{alt}}" title="{{at}}">
        {{/pictures}}
        </div>
        {{/empty(pictures)}}
        {{#empty(pictures)}}
        <p class="strip none">no pictures</p>
        {{/empty(pictures)}}

        """

    static let gallery = """
        <div class="cards">
        {{#cards}}
        <article class="card" aria-label="{{title}}, {{span}}">
        {{> strip}}
        <p class="title">{{title}}</p>
        {{#.caption}}
        <p class="caption">{{.}}</p>
        {{/.caption}}
        {{#lacksCaption}}
        <p class="caption unknown">no caption</p>
        {{/lacksCaption}}
        {{#.verdict}}
        <p class="verdict">{{.}}</p>
        {{/.verdict}}
        <p class="tags"><span class="state {{state}}">{{state}}</span>{{#.level}}<span class="tag">{{.}}</span>{{/.level}}{{^.level}}<span class="tag unknown">level unknown</span>{{/.level}}{{#.licence}}<span class="tag">{{.}}</span>{{/.licence}}{{^.licence}}<span class="tag unknown">licence unknown</span>{{/.licence}}</p>
        <p class="span"><strong>{{length}}</strong> {{span}}</p>
        <dl class="measures">
        {{#measures}}
        <div{{#failed}} class="bad"{{/failed}}><dt>{{name}}</dt><dd>{{amount}}</dd></div>
        {{/measures}}
        </dl>
        <p class="id"><code title="{{id}}">{{shortID}}</code> {{file}}</p>
        </article>
        {{/cards}}
        </div>

        """

    static let findings = """
        {{#.rejections}}
        <section id="rejected">
        <h2>Rejected <span class="total">{{total}}</span></h2>
        <p class="intro">By the first filter that a clip fails. Rejected clips are kept, with reason and pictures; a change of the recipe brings them back without decoding anything again.</p>
        <div class="scroll" role="region" aria-label="Reasons" tabindex="0">
        <table class="bars">
        <thead><tr><th scope="col">Reason</th><th scope="col" class="chart"><span class="hidden">Chart</span></th><th scope="col" class="n">Clips</th><th scope="col" class="n">Share</th></tr></thead>
        <tbody>
        {{#reasons}}
        <tr><th scope="row"><a href="#{{anchor}}">{{reason}}</a> <small>{{rule}}</small></th>
        <td class="chart" aria-hidden="true"><div class="bar"><span style="width:{{width}}%"></span></div></td>
        <td class="n">{{count}}</td><td class="n soft">{{share}}</td></tr>
        {{/reasons}}
        </tbody>
        </table>
        </div>
        {{#galleries}}
        <h3 id="{{anchor}}">{{heading}} <span class="total">{{total}}</span></h3>
        <p class="intro">{{.explanation}}{{#.excerpt}} {{.}}.{{/.excerpt}}</p>
        {{> gallery}}
        {{/galleries}}
        </section>
        {{/.rejections}}
        {{#.duplicates}}
        <section id="duplicates">
        <h2>Duplicates <span class="total">{{summary}}</span></h2>
        <p class="intro">Clips that show the same footage, at the same moments; the representative stands first and goes on.{{#.excerpt}} {{.}}.{{/.excerpt}}</p>
        {{#groups}}
        <div class="group">
        <h3>{{heading}}{{#.more}} <span class="total">{{.}}</span>{{/.more}}</h3>
        <div class="cards">
        {{#members}}
        <article class="card{{#isKept}} kept{{/isKept}}" aria-label="{{title}}, {{span}}">
        {{> strip}}
        <p class="title">{{title}}</p>
        <p class="tags"><span class="state {{state}}">{{state}}</span><span class="tag">{{size}}</span></p>
        <p class="match">{{match}}</p>
        <p class="span">{{span}}</p>
        <p class="id"><code title="{{id}}">{{shortID}}</code></p>
        </article>
        {{/members}}
        </div>
        </div>
        {{/groups}}
        </section>
        {{/.duplicates}}

        """

    static let review = """
        {{#.review}}
        <section id="review">
        <h2>Review</h2>
        <p class="intro">{{summary}} Krippendorff’s alpha is {{#.alpha}}{{.}}{{/.alpha}}{{^.alpha}}undefined{{/.alpha}} for decisions and {{#.levelAlpha}}{{.}}{{/.levelAlpha}}{{^.levelAlpha}}undefined{{/.levelAlpha}} for levels (1 is perfect agreement, 0 is chance).</p>
        <div class="scroll" role="region" aria-label="Reviewers" tabindex="0">
        <table>
        <thead><tr><th scope="col">Reviewer</th><th scope="col" class="n">Clips</th><th scope="col" class="n">Accepts</th><th scope="col" class="n">Rejects</th><th scope="col" class="n">Unsure</th><th scope="col" class="n">Accept rate</th><th scope="col" class="n">Clips an hour</th></tr></thead>
        <tbody>
        {{#reviewers}}
        <tr><th scope="row">{{reviewer}}</th><td class="n">{{clips}}</td><td class="n">{{accepts}}</td><td class="n">{{rejects}}</td><td class="n">{{unsure}}</td><td class="n">{{.rate}}{{^.rate}}<span class="unknown">unknown</span>{{/.rate}}</td><td class="n">{{.pace}}{{^.pace}}<span class="unknown">unknown</span>{{/.pace}}</td></tr>
        {{/reviewers}}
        </tbody>
        </table>
        </div>
        <div class="pair">
        {{^empty(pairs)}}
        <div>
        <h3>Agreement of pairs</h3>
        <table>
        <thead><tr><th scope="col">Reviewers</th><th scope="col" class="n">Clips</th><th scope="col" class="n">Cohen’s kappa</th></tr></thead>
        <tbody>
        {{#pairs}}
        <tr><th scope="row">{{reviewers}}</th><td class="n">{{clips}}</td><td class="n">{{.kappa}}{{^.kappa}}<span class="unknown">undefined</span>{{/.kappa}}</td></tr>
        {{/pairs}}
        </tbody>
        </table>
        </div>
        {{/empty(pairs)}}
        {{^empty(reasons)}}
        <div>
        <h3>Why experts reject</h3>
        <table>
        <thead><tr><th scope="col">Reason</th><th scope="col" class="n">Times</th></tr></thead>
        <tbody>
        {{#reasons}}
        <tr><th scope="row">{{reason}}</th><td class="n">{{times}}</td></tr>
        {{/reasons}}
        </tbody>
        </table>
        </div>
        {{/empty(reasons)}}
        </div>
        </section>
        {{/.review}}

        """

    static let origins = """
        <section id="sources">
        <h2>Sources</h2>
        {{#.sources.excerpt}}
        <p class="intro">{{.}}</p>
        {{/.sources.excerpt}}
        <div class="scroll" role="region" aria-label="Sources" tabindex="0">
        <table class="dense">
        <thead>
        <tr><th scope="col" rowspan="2">Source</th><th scope="col" rowspan="2">Kind</th><th scope="col" rowspan="2" class="n">Size,&#160;px</th><th scope="col" rowspan="2" class="n">Frames</th><th scope="col" rowspan="2" class="n">Playing time,&#160;s</th><th scope="col" rowspan="2" class="n">Interval,&#160;s</th><th scope="col" rowspan="2" class="n">Pixel,&#160;µm</th><th scope="col" rowspan="2">Licence</th><th scope="colgroup" colspan="6" class="span">Clips</th></tr>
        <tr><th scope="col" class="n">in&#160;use</th><th scope="col" class="n">rejected</th><th scope="col" class="n">duplicate</th><th scope="col" class="n">ready</th><th scope="col" class="n">accepted</th><th scope="col" class="n">other</th></tr>
        </thead>
        <tbody>
        {{#sources.rows}}
        <tr><th scope="row"><span title="{{id}}">{{#.address}}<a href="{{.}}" rel="noreferrer">{{title}}</a>{{/.address}}{{^.address}}{{title}}{{/.address}}</span> <small>{{file}}{{#.credit}} · {{.}}{{/.credit}}</small></th>
        <td>{{kind}}</td><td class="n">{{.size}}{{^.size}}<span class="unknown">unknown</span>{{/.size}}</td><td class="n">{{.frames}}{{^.frames}}<span class="unknown">unknown</span>{{/.frames}}</td><td class="n">{{.seconds}}{{^.seconds}}<span class="unknown">unknown</span>{{/.seconds}}</td><td class="n">{{.interval}}{{^.interval}}<span class="unknown">unknown</span>{{/.interval}}</td><td class="n">{{.pixelSize}}{{^.pixelSize}}<span class="unknown">unknown</span>{{/.pixelSize}}</td><td class="licence">{{.licence}}{{^.licence}}<span class="unknown">unknown</span>{{/.licence}}</td>
        <td class="n">{{clips}}</td><td class="n soft">{{rejected}}</td><td class="n soft">{{duplicate}}</td><td class="n">{{ready}}</td><td class="n">{{accepted}}</td><td class="n soft">{{other}}</td></tr>
        {{/sources.rows}}
        </tbody>
        </table>
        </div>
        {{^empty(sources.remarks)}}
        <h3>What the reader and decoder noted</h3>
        <ul class="remarks">
        {{#sources.remarks}}
        <li>{{text}} <span class="soft">{{titles}}</span></li>
        {{/sources.remarks}}
        {{#.sources.moreRemarks}}
        <li class="soft">{{.}}</li>
        {{/.sources.moreRemarks}}
        </ul>
        {{/empty(sources.remarks)}}
        </section>
        <section id="licences">
        <h2>Licences</h2>
        <div class="scroll" role="region" aria-label="Licences" tabindex="0">
        <table class="plain">
        <thead><tr><th scope="col">Licence</th><th scope="col" class="n">Sources</th><th scope="col" class="n">Clips in use</th><th scope="col" class="n">Through the pipeline</th><th scope="col" class="n">Playing time of these</th></tr></thead>
        <tbody>
        {{#sources.licences}}
        <tr><th scope="row"{{#isUnknown}} class="unknown"{{/isUnknown}}>{{licence}}</th><td class="n">{{sources}}</td><td class="n">{{clips}}</td><td class="n">{{ready}}</td><td class="n">{{total}}</td></tr>
        {{/sources.licences}}
        </tbody>
        </table>
        </div>
        </section>
        {{^empty(releases)}}
        <section id="releases">
        <h2>Releases</h2>
        <div class="scroll" role="region" aria-label="Releases" tabindex="0">
        <table class="plain">
        <thead><tr><th scope="col">Release</th><th scope="col" class="n">Clips</th><th scope="col">Splits</th><th scope="col">State</th><th scope="col">Made</th></tr></thead>
        <tbody>
        {{#releases}}
        <tr><th scope="row">{{name}}</th><td class="n">{{clips}}</td><td>{{splits}}</td><td><code>{{state}}</code></td><td>{{releasedAt}}</td></tr>
        {{/releases}}
        </tbody>
        </table>
        </div>
        </section>
        {{/empty(releases)}}
        {{#.problems}}
        <section id="problems">
        <h2>Problems <span class="total">{{total}}</span></h2>
        <p class="intro">{{#causes}}<span class="tag">{{cause}} {{times}}</span> {{/causes}}</p>
        <ol class="problems">
        {{#items}}
        <li><p><strong>{{reason}}</strong> {{what}}</p><p class="place"><code>{{location}}</code> <span class="soft">{{stage}}</span></p><p class="advice">{{advice}}</p></li>
        {{/items}}
        </ol>
        {{#.more}}
        <p class="note">{{.}}</p>
        {{/.more}}
        </section>
        {{/.problems}}

        """
}
