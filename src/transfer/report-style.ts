/** The style sheet of `report.html`. Long names break, and wide tables and charts scroll, on narrow screens. */
export const REPORT_STYLE = `
body{font:16px/1.5 system-ui,sans-serif;color:#1c2733;background:#fafbfc;margin:0;overflow-wrap:anywhere}
main{max-width:960px;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.25;margin:.2em 0}h2{margin-top:2.2em;font-size:1.25rem}
.lead{color:#4a5a6a}.verdict{font-size:1.15rem;background:#eef4fb;border-left:4px solid #0072b2;padding:.7em 1em}
.warning{background:#fff4de;border-left:4px solid #e69f00;padding:.6em 1em}
figure{margin:0;background:#fff;border:1px solid #e2e8ee;border-radius:8px;padding:.6rem;overflow-x:auto}
figcaption{color:#4a5a6a;font-size:.9rem;padding:.2rem .4rem .4rem}
svg{width:100%;min-width:36rem;height:auto;font:12px system-ui,sans-serif;fill:#1c2733}
svg .grid{stroke:#e4e9ee}svg .tick{stroke:#8795a3}svg .name{font-weight:600}svg .note{font-size:11px;fill:#4a5a6a}
svg .label{font-weight:600;paint-order:stroke;stroke:#fff;stroke-width:4px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;background:#fff;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{border:1px solid #e2e8ee;padding:.35rem .6rem;text-align:right;overflow-wrap:normal}
th[scope=row],thead th:first-child{text-align:left;min-width:7em;overflow-wrap:anywhere}
.episode{table-layout:fixed}.episode th:first-child{width:3em;min-width:0;text-align:center}
.episode thead th{font-weight:normal}.episode th,.episode td{text-align:center;vertical-align:top;overflow-wrap:anywhere}.episode img{width:100%;border:1px solid #ccd5dd}
.arms{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.92rem;margin:1rem .6rem}
dt{font-weight:600}dt span{display:inline-block;width:.8em;height:.8em;border-radius:50%;margin-right:.5em}dd{margin:0}
`;
