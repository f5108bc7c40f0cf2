/// The report's style sheet: text set in a serif, data in the system's sans with tabular figures, one accent.
enum ReportStyle {
    static let sheet = """
        :root {
          color-scheme: light dark;
          --paper: #fcfbf8; --wash: #f3f1eb; --line: #dfdbd1; --ink: #1c1e20; --soft: #5b6066;
          --accent: #0d6a62; --pale: #a9cfc8; --mark: #b4541b; --bad: #a02622;
          --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #131517; --wash: #1c1f22; --line: #30353a; --ink: #e5e3de; --soft: #a0a5aa;
            --accent: #5cbcab; --pale: #2a5650; --mark: #eb9a62; --bad: #ef8b80;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
        body {
          margin: 0 auto; max-width: 78rem; padding: 2.5rem 2rem 4rem; background: var(--paper); color: var(--ink);
          font: 0.9375rem/1.5 var(--sans); font-variant-numeric: tabular-nums lining-nums;
        }
        a { color: inherit; text-decoration-color: var(--accent); text-underline-offset: 0.2em; }
        a:hover { color: var(--accent); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        p, dl, h1, h2, h3 { margin: 0; }
        code { font: 0.86em ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
        small { display: block; color: var(--soft); font-size: 0.8125rem; font-weight: 400; line-height: 1.35; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: 0.5rem; }
        .soft { color: var(--soft); }
        .bad { color: var(--bad); }
        .unknown { color: var(--soft); font-style: italic; font-weight: 400; }

        header { border-bottom: 1px solid var(--line); padding-bottom: 1.25rem; }
        .brand { font-size: 0.8125rem; font-weight: 600; letter-spacing: 0.02em; color: var(--accent); }
        .brand span { color: var(--soft); font-weight: 400; }
        h1 { font: 600 2.75rem/1.15 var(--serif); letter-spacing: -0.015em; margin: 0.35rem 0 0.5rem; }
        h1 .version { color: var(--soft); font-weight: 400; font-size: 0.5em; letter-spacing: 0; }
        .lead { font: 1.1875rem/1.5 var(--serif); max-width: 44rem; color: var(--ink); }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1rem 1.5rem; margin: 1.75rem 0 1.5rem; }
        .facts dt { font-size: 0.8125rem; color: var(--soft); }
        .facts dd { margin: 0; font: 600 1.5rem/1.3 var(--serif); }
        .facts dd.detail { font: 0.8125rem/1.4 var(--sans); color: var(--soft); }
        nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; font-size: 0.875rem; }

        section { margin-top: 3rem; }
        h2 { font: 600 1.625rem/1.25 var(--serif); letter-spacing: -0.01em; margin-bottom: 0.75rem; }
        h3 { font: 600 1.125rem/1.3 var(--serif); margin: 1.75rem 0 0.5rem; }
        .total { font: 400 0.9375rem var(--sans); color: var(--soft); letter-spacing: 0; margin-left: 0.35em; }
        .intro { max-width: 46rem; color: var(--soft); margin-bottom: 0.9rem; }
        .note { color: var(--soft); font-size: 0.8125rem; margin-top: 0.6rem; }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 0 3rem; }

        table { border-collapse: collapse; width: 100%; }
        th, td { padding: 0.4rem 0.75rem 0.4rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { font-size: 0.8125rem; font-weight: 400; color: var(--soft); vertical-align: bottom; }
        tbody th { font-weight: 600; }
        .n { text-align: right; white-space: nowrap; }
        thead .n { white-space: normal; }
        thead .span { text-align: center; }
        .licence { white-space: nowrap; }
        .plain { max-width: 56rem; }
        .dense { font-size: 0.875rem; }
        .dense tbody th { min-width: 14rem; }
        .scroll { overflow-x: auto; }

        .bars tbody th { width: 18rem; }
        .bars .n { padding-left: 0.75rem; }
        .bars .chart { width: 60%; min-width: 5rem; vertical-align: middle; padding-right: 1.25rem; }
        .bar { position: relative; height: 1.125rem; background: var(--wash); }
        .bar span { position: absolute; inset: 0 auto 0 0; background: var(--accent); }
        .bar i { position: absolute; top: -0.25rem; bottom: -0.25rem; width: 2px; margin-left: -2px; background: var(--mark); }

        .histogram { display: grid; grid-template-columns: auto 1fr; gap: 0.5rem; }
        .histogram .axis { font-size: 0.8125rem; color: var(--soft); line-height: 1; }
        .columns { position: relative; display: flex; height: 11rem; margin-bottom: 1.5rem; border-top: 1px dotted var(--line); border-bottom: 1px solid var(--soft); }
        .columns > div { position: relative; flex: 1; }
        .columns b { position: absolute; bottom: 0; left: 1px; right: 1px; background: var(--pale); }
        .columns b.done { background: var(--accent); }
        .columns span { position: absolute; top: 100%; left: 0; margin-top: 0.3rem; transform: translateX(-50%); font-size: 0.8125rem; color: var(--soft); white-space: nowrap; }
        .columns > div:first-child span { transform: none; }
        .columns .last { left: auto; right: 0; transform: none; background: var(--paper); padding-left: 0.5rem; }
        .key { margin: 0 0 1.25rem; }
        .key i { display: inline-block; width: 0.75rem; height: 0.75rem; background: var(--pale); vertical-align: -0.05rem; }
        .key i.done { background: var(--accent); margin-left: 0.75rem; }

        .plot { display: block; width: 100%; min-width: 40rem; max-width: 62rem; height: auto; font: 12px var(--sans); fill: var(--soft); }
        .plot .was { fill: var(--pale); }
        .plot .is { fill: var(--accent); }
        .plot line { stroke: var(--soft); }
        .plot .grid { stroke: var(--line); stroke-dasharray: 1 3; }
        .plot .now { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 5 4; }
        .plot .then { stroke: var(--mark); stroke-width: 2; }
        .plot text.then { stroke: none; fill: var(--mark); font-weight: 600; }
        .plot text.now { stroke: none; fill: var(--ink); }
        .key i.now { width: 1rem; height: 0; background: none; border-top: 2px dashed var(--soft); vertical-align: 0.25rem; margin-left: 0.75rem; }
        .key i.then { width: 1rem; height: 0; background: none; border-top: 2px solid var(--mark); vertical-align: 0.25rem; margin-left: 0.75rem; }

        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22.5rem, 100%), 1fr)); gap: 1.75rem 1.5rem; }
        .card { min-width: 0; break-inside: avoid; }
        .strip { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 2px; margin-bottom: 0.6rem; }
        .strip img { display: block; width: auto; height: auto; max-height: 10rem; max-width: calc((100% - 2px * (var(--columns) - 1)) / var(--columns)); }
        .strip.none { display: block; background: var(--wash); color: var(--soft); padding: 1.5rem; text-align: center; }
        .title { font: 600 1rem/1.35 var(--serif); overflow-wrap: anywhere; }
        .caption { font: 0.9375rem/1.45 var(--serif); margin-top: 0.15rem; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 5; overflow: hidden; }
        .verdict { color: var(--bad); margin-top: 0.25rem; }
        .verdict::first-letter { text-transform: uppercase; }
        .tags { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.15rem 0.75rem; margin-top: 0.35rem; font-size: 0.8125rem; color: var(--soft); }
        .tag { color: var(--soft); font-size: 0.8125rem; }
        .state { font-weight: 600; }
        .tags .state { color: var(--ink); }
        .state.accepted, .tags .state.accepted, .tags .state.ready { color: var(--accent); }
        .state.rejected, .state.failed, .tags .state.rejected, .tags .state.failed { color: var(--bad); }
        .span, .match { font-size: 0.8125rem; color: var(--soft); }
        .match { color: var(--ink); margin-top: 0.2rem; }
        .span strong { color: var(--ink); }
        .measures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0 1rem; margin: 0.4rem 0 0.3rem; font-size: 0.8125rem; border-top: 1px solid var(--line); padding-top: 0.3rem; }
        .measures div { display: flex; justify-content: space-between; gap: 0.5rem; }
        .measures dt { color: var(--soft); }
        .measures dd { margin: 0; white-space: nowrap; }
        .measures .bad dt, .measures .bad dd { color: var(--bad); font-weight: 600; }
        .id { font-size: 0.75rem; color: var(--soft); overflow-wrap: anywhere; }
        .group { border-top: 1px solid var(--line); padding-bottom: 1.5rem; }
        .group h3 { margin-top: 0.75rem; }
        .kept .match { color: var(--accent); font-weight: 600; }

        .remarks { margin: 0; padding-left: 1.1rem; max-width: 60rem; }
        .problems { margin: 0; padding-left: 1.5rem; }
        .problems li { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
        .problems li::marker { color: var(--soft); }
        .problems .advice { color: var(--soft); }
        footer { margin-top: 4rem; border-top: 1px solid var(--line); padding-top: 1rem; font-size: 0.8125rem; color: var(--soft); max-width: 60rem; }

        @media (max-width: 40rem) {
          body { padding: 1.25rem 1rem 2.5rem; }
          h1 { font-size: 2rem; }
          .facts { grid-template-columns: 1fr 1fr; }
          table { font-size: 0.875rem; }
          th, td { padding-right: 0.5rem; }
          .plain thead th { font-size: 0.75rem; }
          .bars { font-size: 0.8125rem; }
          .bars tbody th { width: auto; }
          .bars .chart { min-width: 3rem; padding-right: 0.25rem; }
          .bars .n { padding-left: 0; }
          #funnel .bars small { display: none; }
        }
        @media print {
          :root {
            --paper: #fff; --wash: #f1f1f1; --line: #ccc; --ink: #000; --soft: #444; --accent: #0d6a62; --pale: #a9cfc8;
            --mark: #b4541b; --bad: #a02622;
          }
          body { max-width: none; padding: 0; font-size: 9pt; }
          nav, .skip { display: none; }
          .bar span, .bar i, .bar, .columns b, .key i, .strip { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          h2, h3 { break-after: avoid; }
          tr, .card, .problems li { break-inside: avoid; }
          .scroll { overflow: visible; }
          .cards { grid-template-columns: repeat(3, 1fr); gap: 1rem; }
          .caption { -webkit-line-clamp: 20; }
          .measures { grid-template-columns: 1fr 1fr; }
          .histogram { break-inside: avoid; }
          .key { break-before: avoid; }
        }

        """
}
