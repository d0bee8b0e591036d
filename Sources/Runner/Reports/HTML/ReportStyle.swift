/// The style sheet of a report, for light and dark mode.
enum ReportStyle {
  /// The CSS.
  static let css: HTML = """
    :root { color-scheme: light dark;
      --paper: #ffffff; --ink: #1d2329; --soft: #65707c; --line: #e3e7ec; --card: #f6f8fa;
      --accent: #2b6cb0; --heat: 43 108 176; --good: #2f8a57; --bad: #c53b36; --warn: #b7791f;
      --hit: #9db4cc; --executed: #3f9b68; --failed: #cf4842; --skipped: #c9ced5; --interrupted: #dba13a;
      --s0: #2b6cb0; --s1: #d9772b; --s2: #2f8a57; --s3: #8e5bb0; --s4: #b5473f; --s5: #6b7b8c; }
    @media (prefers-color-scheme: dark) { :root {
      --paper: #14181d; --ink: #e3e7ec; --soft: #97a2ae; --line: #2b333c; --card: #1b2128;
      --accent: #6aa9e9; --heat: 84 150 220; --good: #5cba84; --bad: #ef7a73; --warn: #e0ad55;
      --hit: #56708c; --executed: #3f9b68; --failed: #d9564f; --skipped: #48525d; --interrupted: #b98631;
      --s0: #6aa9e9; --s1: #eb9a58; --s2: #5cba84; --s3: #b98bd6; --s4: #e2837b; --s5: #9aa8b6; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
    main { max-width: 1140px; margin: 0 auto; padding: 36px 28px 80px; }
    h1 { font-size: 28px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; overflow-wrap: anywhere; }
    h2 { font-size: 19px; margin: 46px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
    h3 { font-size: 15px; margin: 18px 0 8px; overflow-wrap: anywhere; }
    p { margin: 6px 0 10px; max-width: 76ch; }
    a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
    code, pre, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
      font-size: 0.87em; overflow-wrap: anywhere; }
    pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px;
      overflow-x: auto; overflow-wrap: normal; margin: 8px 0; line-height: 1.45; }
    .soft { color: var(--soft); } .small { font-size: 13px; } .good { color: var(--good); }
    .bad { color: var(--bad); } .warn { color: var(--warn); }
    .kicker { color: var(--soft); font-size: 12px; letter-spacing: 0.08em; text-transform: uppercase; }
    .top { display: flex; gap: 14px; align-items: center; flex-wrap: wrap; margin: 2px 0 4px; }
    .badge { font-size: 13px; font-weight: 600; padding: 2px 10px; border-radius: 99px; color: #fff; white-space: nowrap; }
    .badge.done { background: var(--executed); } .badge.failed { background: var(--failed); }
    .badge.interrupted, .badge.unfinished, .badge.data-missing { background: var(--interrupted); }
    .badge.tag { background: none; color: var(--soft); border: 1px solid var(--line); font-weight: 500; }
    nav { margin: 18px 0 0; font-size: 13.5px; display: flex; flex-wrap: wrap; gap: 4px 16px; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(132px, 1fr)); gap: 10px; margin: 22px 0 16px; }
    .figure { background: var(--card); border-radius: 10px; padding: 10px 14px; }
    .figure b { display: block; font-size: 21px; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }
    .figure span { color: var(--soft); font-size: 12.5px; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 10px 0; font-size: 14px; }
    dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
    table.wide { width: 100%; }
    th { text-align: left; font-weight: 600; color: var(--soft); font-size: 12.5px; padding: 4px 12px 5px 0;
      border-bottom: 1px solid var(--line); vertical-align: bottom; }
    td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
    th.n, td.n { text-align: right; white-space: nowrap; }
    td.nowrap { white-space: nowrap; overflow-wrap: normal; }
    tr:last-child > td { border-bottom: 0; }
    .dot { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 7px; }
    .hit { background: var(--hit); } .executed { background: var(--executed); } .failed { background: var(--failed); }
    .skipped, .pending { background: var(--skipped); } .interrupted { background: var(--interrupted); }
    .graph { overflow-x: auto; } .graph svg { display: block; }
    .room rect.wall { fill: var(--card); stroke: var(--line); } .room.bad rect.wall { stroke: var(--failed); stroke-width: 1.6; }
    .room text { fill: var(--ink); font-size: 13px; } .room .name { font-weight: 600; }
    .room .note { fill: var(--soft); font-size: 11px; }
    .f-hit { fill: var(--hit); } .f-executed { fill: var(--executed); } .f-failed { fill: var(--failed); }
    .f-skipped, .f-pending { fill: var(--skipped); } .f-interrupted { fill: var(--interrupted); }
    .edge { fill: none; stroke: var(--soft); stroke-opacity: 0.55; stroke-width: 1.3; } .arrow { fill: var(--soft); }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--soft); margin: 8px 0; }
    .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 16px; }
    .card { border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; min-width: 0; }
    .card h3 { margin: 0 0 6px; } .card.roomy { padding: 14px 18px; margin-bottom: 16px; }
    .cards + .cards { margin-top: 16px; }
    .chart { width: 100%; height: auto; display: block; }
    .chart .grid { stroke: var(--line); } .chart .mark { stroke: var(--soft); stroke-dasharray: 2 3; } .chart .tick { fill: var(--soft); font-size: 10.5px; }
    .series { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
    .s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); }
    .s3 { stroke: var(--s3); } .s4 { stroke: var(--s4); } .s5 { stroke: var(--s5); }
    .end { stroke: none; } .end.s0, .b0 { fill: var(--s0); background: var(--s0); } .end.s1, .b1 { fill: var(--s1); background: var(--s1); }
    .end.s2, .b2 { fill: var(--s2); background: var(--s2); } .end.s3, .b3 { fill: var(--s3); background: var(--s3); }
    .end.s4, .b4 { fill: var(--s4); background: var(--s4); } .end.s5, .b5 { fill: var(--s5); background: var(--s5); }
    .bar { display: flex; height: 12px; border-radius: 3px; overflow: hidden; min-width: 60px; background: none; }
    .bar i { display: block; height: 100%; }
    .track { display: inline-block; width: 64px; height: 8px; border-radius: 2px; background: var(--line); overflow: hidden; margin-right: 8px; }
    .track i { display: block; height: 100%; background: var(--accent); }
    .pair { display: flex; flex-wrap: wrap; gap: 14px 36px; align-items: flex-start; }
    table.confusion td, table.confusion th { border: 0; padding: 0; }
    table.confusion td.c { width: 58px; height: 44px; text-align: center; vertical-align: middle; border: 2px solid var(--paper); border-radius: 6px; line-height: 1.15; }
    table.confusion td.c.strong { color: #fff; } table.confusion small { opacity: 0.8; font-size: 10.5px; }
    table.confusion th { font-weight: 500; padding: 2px 8px 4px; text-align: center; } table.confusion th.row { text-align: right; vertical-align: middle; }
    .gallery { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start; }
    figure { margin: 0; max-width: 100%; } figure img { display: block; max-width: 100%; height: auto; border-radius: 6px; }
    .gallery figure img { max-height: 160px; min-height: 72px; image-rendering: auto; }
    figcaption { color: var(--soft); font-size: 12px; margin-top: 4px; max-width: 200px; overflow-wrap: anywhere; } figure.big { margin: 6px 0 14px; } figure.big figcaption { max-width: none; }
    details { margin: 8px 0; } summary { cursor: pointer; color: var(--soft); font-size: 13.5px; }
    .alarm { border-left: 4px solid var(--failed); background: var(--card); border-radius: 0 8px 8px 0; padding: 10px 16px; margin: 14px 0; }
    .alarm.mild { border-color: var(--interrupted); }
    ul { margin: 6px 0; padding-left: 20px; } li { margin: 3px 0; overflow-wrap: anywhere; }
    footer { margin-top: 56px; color: var(--soft); font-size: 12.5px; border-top: 1px solid var(--line); padding-top: 10px; }
    @media print { main { max-width: none; padding: 0; } h2 { break-after: avoid; } .card { break-inside: avoid; } }
    """
}
