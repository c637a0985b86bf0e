/** The two pictures of a comparison, as SVG text: success over real steps, and differences with their intervals. */

interface CurvePoint {
  x: number;
  mean: number;
  ci95: [number, number] | null;
}

export interface Curve {
  name: string;
  color: string;
  points: readonly CurvePoint[];
}

export interface Difference {
  label: string;
  mean: number;
  ci95: [number, number] | null;
  n: number;
}

const WIDTH = 620;
const HEIGHT = 340;
const MARGIN = { left: 64, right: 118, top: 16, bottom: 44 };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** Success rate (0–1) over real training steps, a band for each 95 % interval. */
export function curveChart(title: string, curves: readonly Curve[]): string {
  const maxX = Math.max(1, ...curves.flatMap(({ points }) => points.map(({ x }) => x)));
  const maxY = roundUp(
    Math.max(0.1, ...curves.flatMap(({ points }) => points.map((p) => p.ci95?.[1] ?? p.mean))),
  );
  const x = (value: number): number =>
    MARGIN.left + (value / maxX) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number): number =>
    HEIGHT - MARGIN.bottom - (value / maxY) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const gridY = [0, 0.25, 0.5, 0.75, 1].map((share) => share * maxY);
  const gridX = [...new Set(curves.flatMap(({ points }) => points.map((p) => p.x)))].sort(
    (a, b) => a - b,
  );
  const grid = gridY.map(
    (value) =>
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value)}" y2="${y(value)}" class="grid"/>` +
      `<text x="${MARGIN.left - 8}" y="${y(value) + 4}" text-anchor="end">${Number((value * 100).toFixed(1))} %</text>`,
  );
  const ticks = gridX.map(
    (value) =>
      `<text x="${x(value)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${value.toLocaleString("en-US")}</text>`,
  );
  // Only names that stand above one another are moved apart.
  const ends = gridX.map((end) => curves.filter(({ points }) => points.at(-1)?.x === end));
  const drawn = ends.flatMap((column) => {
    const labels = spread(
      column.map(({ points }) => y(points.at(-1)?.mean ?? 0)),
      14,
    );
    return column.map((curve, i) => drawCurve(curve, x, y, labels[i] ?? 0));
  });
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">` +
    `${grid.join("")}${ticks.join("")}` +
    `<text transform="translate(12 ${(MARGIN.top + HEIGHT - MARGIN.bottom) / 2}) rotate(-90)" text-anchor="middle">greedy success</text>` +
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">real training steps</text>` +
    // By layers: no band hides a line, and no line a name.
    `${[0, 1, 2].map((layer) => drawn.map((layers) => layers[layer]).join("")).join("")}</svg>`
  );
}

/** Band, line and name of a curve. */
function drawCurve(
  curve: Curve,
  x: (value: number) => number,
  y: (value: number) => number,
  labelY: number,
): [string, string, string] {
  const { points, color } = curve;
  const line = points.map((p) => `${x(p.x)},${y(p.mean)}`).join(" ");
  const high = points.map((p) => `${x(p.x)},${y(p.ci95?.[1] ?? p.mean)}`);
  const low = points.map((p) => `${x(p.x)},${y(p.ci95?.[0] ?? p.mean)}`).reverse();
  const only = points.length === 1 ? points[0] : undefined;
  const whisker =
    only?.ci95 === undefined || only.ci95 === null
      ? ""
      : `<line x1="${x(only.x)}" x2="${x(only.x)}" y1="${y(only.ci95[0])}" y2="${y(only.ci95[1])}" stroke="${color}" stroke-opacity=".5" stroke-width="3"/>`;
  const dots = points.map(
    (p) =>
      `<circle cx="${x(p.x)}" cy="${y(p.mean)}" r="3.5" fill="${color}"><title>${escapeHtml(curve.name)}, ${p.x} steps: ${percent(p.mean)}</title></circle>`,
  );
  const end = points.at(-1);
  const label =
    end === undefined
      ? ""
      : `<text x="${x(end.x) + 9}" y="${labelY + 4}" fill="${color}" class="label">${escapeHtml(curve.name)}</text>`;
  return [
    `<polygon points="${[...high, ...low].join(" ")}" fill="${color}" fill-opacity=".1"/>${whisker}`,
    `<polyline points="${line}" fill="none" stroke="${color}" stroke-width="2"/>${dots.join("")}`,
    label,
  ];
}

/** Paired differences in percentage points, zero marked. */
export function differenceChart(title: string, differences: readonly Difference[]): string {
  const rowHeight = 34;
  const height = 40 + differences.length * rowHeight;
  const bound = roundUp(
    Math.max(0.05, ...differences.flatMap((d) => [d.mean, ...(d.ci95 ?? [])].map(Math.abs))),
  );
  const x = (value: number): number => 370 + ((value + bound) / (2 * bound)) * 290;
  const rows = differences.map((difference, i) => {
    const y = 28 + i * rowHeight;
    const [low, high] = difference.ci95 ?? [difference.mean, difference.mean];
    const interval =
      difference.ci95 === null ? "" : ` (${signedPoints(low)} to ${signedPoints(high)})`;
    return (
      `<text x="356" y="${y + 4}" text-anchor="end">${escapeHtml(difference.label)} (n = ${difference.n})</text>` +
      `<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" stroke="#2b6cb0" stroke-width="3" stroke-opacity=".45"/>` +
      `<circle cx="${x(difference.mean)}" cy="${y}" r="4.5" fill="#2b6cb0"/>` +
      `<text x="672" y="${y + 4}">${signedPoints(difference.mean)}${interval}</text>`
    );
  });
  return (
    `<svg viewBox="0 0 820 ${height}" role="img" aria-label="${escapeHtml(title)}">` +
    `<line x1="${x(0)}" x2="${x(0)}" y1="10" y2="${height - 20}" stroke="#888"/>` +
    `${rows.join("")}<text x="${x(-bound)}" y="${height - 4}">${signedPoints(-bound)}</text>` +
    `<text x="${x(0)}" y="${height - 4}" text-anchor="middle">0 points</text>` +
    `<text x="${x(bound)}" y="${height - 4}" text-anchor="end">${signedPoints(bound)}</text></svg>`
  );
}

/** A difference of shares in percentage points: `+3.3`. */
export function signedPoints(value: number): string {
  return `${value >= 0 ? "+" : "−"}${(100 * Math.abs(value)).toFixed(1)}`;
}

/** The next fifth, or for little values the next twenty-fifth, at most 1: four grid lines of it are whole percents. */
function roundUp(value: number): number {
  const parts = value > 0.2 ? 5 : 25;
  return Math.min(1, Math.ceil(value * parts - 1e-9) / parts);
}

/** Moves label positions apart until they are at least `gap` pixels from one another, order kept. */
function spread(positions: readonly number[], gap: number): number[] {
  const order = positions
    .map((_, i) => i)
    .sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0));
  const moved = [...positions];
  let last = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    last = Math.max(moved[i] ?? 0, last + gap);
    moved[i] = last;
  }
  return moved;
}
