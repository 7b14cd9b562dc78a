namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>The page's style sheet: system fonts, light or dark as the reader has it, and on paper.</summary>
internal static class ReportStyle
{
    public const string Css =
        """
        :root{color-scheme:light dark;--page:#fff;--ink:#1d2430;--soft:#5b6573;--line:#dfe3e8;--panel:#f6f8fa;--plot:#1668b8;
        --bad:#c4361c;--good:#1a7a3a}
        @media(prefers-color-scheme:dark){:root{--page:#14171c;--ink:#e3e7ed;--soft:#9aa5b3;--line:#323943;--panel:#1c2128;--plot:#5aa9f0;
        --bad:#ff7a5c;--good:#5cc98a}}
        body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1.25rem;color:var(--ink);background:var(--page)}
        h1{font-size:1.7rem;margin:0}h2{font-size:1.25rem;margin:2.5rem 0 .5rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
        p{margin:.4rem 0}.note{color:var(--soft);font-size:.87rem}.passed,.failed{font-weight:600}.passed{color:var(--good)}
        .failed{color:var(--bad)}
        .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem;margin:1rem 0;padding:0}
        .facts div{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.6rem .9rem}
        .facts dt{color:var(--soft);font-size:.85rem}.facts dd{margin:0;font-size:1.25rem;font-weight:600}
        .facts small{display:block;color:var(--soft);font-size:.85rem;font-weight:400}
        .wide{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        caption,figcaption{text-align:left;font-weight:600;margin-bottom:.3rem}th{color:var(--soft);font-weight:500;font-size:.87rem}
        td,th{padding:.3rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
        td:first-child,th:first-child{text-align:left;padding-left:0}td span{display:block;margin:-.3rem -.6rem;padding:.3rem .6rem}
        figure{margin:1rem 0;overflow-x:auto}
        .plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:0 1.5rem}
        .plots svg{min-width:0;max-width:24rem}
        svg{display:block;width:100%;min-width:44rem;height:auto;font:12px system-ui,sans-serif}svg text{fill:var(--soft)}
        svg .name{fill:var(--ink)}
        .line{fill:none;stroke:var(--plot);stroke-width:1.5;stroke-linejoin:round}.bar{fill:var(--plot)}.warns{fill:var(--bad)}
        .line.thin{stroke-width:.8;stroke-opacity:.6;stroke-dasharray:3 2}.key{white-space:nowrap;margin-right:.6rem}
        .key::before{content:"";display:inline-block;width:1rem;height:.2rem;margin-right:.3rem;vertical-align:.25rem;background:var(--c)}
        .c0{--c:#1668b8}.c1{--c:#d9822b}.c2{--c:#2a9d5c}.c3{--c:#c4361c}.c4{--c:#8e5ac8}.c5{--c:#8a6d3b}.c6{--c:#d05a9a}.c7{--c:#7d8794}
        .line[class*=" c"]{stroke:var(--c)}svg image{image-rendering:pixelated}
        .origin{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1rem;font-size:.87rem}
        .origin dt{color:var(--soft)}.origin dd{margin:0;overflow-wrap:anywhere}.open{font-weight:600}
        code{white-space:nowrap}details{margin:1.5rem 0}summary{cursor:pointer;font-weight:600}
        .axis{fill:none;stroke:var(--soft)}.grid{stroke:var(--line)}.limit{stroke:var(--bad);stroke-width:2;stroke-dasharray:4 3}
        .event{fill:var(--good)}
        @media print{body{margin:0;max-width:none}figure,tr{break-inside:avoid}}
        """;
}
