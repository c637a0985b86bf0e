/** A chart of the report as a picture of its own: a file that any browser shows. */

/** The report's style sheet does not reach an image, and the image must fit any background. */
const STYLE =
  "text{font:13px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;fill:#333}" +
  "text.label{font-weight:600}.grid{stroke:#e4e4e7}";

/** @param chart SVG text of `charts.ts` */
export function toPicture(chart: string): string {
  const picture = chart
    .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" width="930" height="510" ')
    .replace(">", `><style>${STYLE}</style><rect width="100%" height="100%" fill="#fff"/>`)
    // A presentation attribute loses against a style sheet: names keep the colour of their line.
    .replace(/ fill="(#[0-9a-f]{6})" class="label"/gu, ' style="fill:$1" class="label"');
  return `${picture}\n`;
}
