/** The two charts of a comparison, as SVG text: success over real steps, and differences with their intervals. */

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
  /** A second line under the label. */
  note: string;
  mean: number;
  ci95: [number, number] | null;
}

const WIDTH = 720;
const HEIGHT = 380;
const MARGIN = { left: 64, right: 112, top: 16, bottom: 46 };
/** Between the axis and the first step: room for arms that are evaluated once, before any real step. */
const INSET = 118;
/** Distance between the interval bars of such arms. */
const BAR_GAP = 15;
/** Distance between the names of two curves. */
const LINE_HEIGHT = 15;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** A whole number with commas: `4,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

export interface CurveChartOptions {
  /** Name of the horizontal axis. */
  xName: string;
  /** Name of the vertical axis, a share. Default: the success rate. */
  yName?: string;
  /**
   * Steps below which the axis is about linear, and above which it is about logarithmic. Absent: linear throughout.
   * Curves of one point then stand at their step, not to the left of the axis.
   */
  bend?: number;
}

/** Ticks nearer than this, in the chart's units, would write over each other. */
const TICK_GAP = 46;

/**
 * Success rate (0–1) over real steps, with a band for the 95 % intervals of a curve. A curve of one point is a dot with
 * a bar, to the left of step 0.
 */
export function curveChart(
  title: string,
  curves: readonly Curve[],
  { xName, yName = "success rate", bend }: CurveChartOptions = { xName: "real training steps" },
): string {
  const maxX = Math.max(1, ...curves.flatMap(({ points }) => points.map(({ x }) => x)));
  const maxY = roundUp(
    Math.max(0.1, ...curves.flatMap(({ points }) => points.map((p) => p.ci95?.[1] ?? p.mean))),
  );
  const hasBars = curves.some(({ points }) => points.length === 1);
  const start = MARGIN.left + (hasBars && bend === undefined ? INSET : 0);
  const scale = (value: number): number =>
    bend === undefined ? value / maxX : Math.log1p(value / bend) / Math.log1p(maxX / bend);
  const x = (value: number): number => start + scale(value) * (WIDTH - start - MARGIN.right);
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
  const ticks = withoutCrowds(gridX, x).map(
    (value) =>
      `<line x1="${x(value)}" x2="${x(value)}" y1="${y(0)}" y2="${y(0) + 5}" class="tick"/>` +
      `<text x="${x(value)}" y="${y(0) + 20}" text-anchor="middle">${formatCount(value)}</text>`,
  );
  const singles = curves.filter(({ points }) => points.length === 1);
  const lines = curves.filter(({ points }) => points.length > 1);
  const labelPlaces = (some: readonly Curve[]): number[] =>
    spread(
      some.map(({ points }) => y(points.at(-1)?.mean ?? 0)),
      y(0),
    );
  const [singlePlaces, linePlaces] = [labelPlaces(singles), labelPlaces(lines)];
  const drawn = [
    ...singles.map((curve, i) => {
      const labelY = singlePlaces[i] ?? 0;
      return bend === undefined
        ? drawSingle(curve, x, y, i, labelY)
        : drawAtStep(curve, x, y, labelY);
    }),
    ...lines.map((curve, i) => drawLine(curve, x, y, linePlaces[i] ?? 0)),
  ];
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">` +
    `${grid.join("")}${ticks.join("")}` +
    `<text transform="translate(12 ${(MARGIN.top + HEIGHT - MARGIN.bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(yName)}</text>` +
    `<text x="${(start + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeHtml(xName)}</text>` +
    `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(0)}" y2="${y(0)}" class="tick"/>` +
    // In layers, so that no band hides a line, and no line a name.
    `${[0, 1, 2].map((layer) => drawn.map((layers) => layers[layer]).join("")).join("")}</svg>`
  );
}

/** The first tick, the last, and those between that leave room for their numbers. */
function withoutCrowds(ticks: readonly number[], x: Scale): number[] {
  const last = ticks.at(-1) ?? 0;
  const kept: number[] = [];
  for (const tick of ticks) {
    const isFree = x(tick) - x(kept.at(-1) ?? -Infinity) >= TICK_GAP;
    if (tick === last || kept.length === 0 || (isFree && x(last) - x(tick) >= TICK_GAP))
      kept.push(tick);
  }
  return kept;
}

type Scale = (value: number) => number;

/** Interval, line and name of a curve: one text for each layer. */
type Layers = [string, string, string];

function drawLine({ name, color, points }: Curve, x: Scale, y: Scale, labelY: number): Layers {
  const path = (read: (point: CurvePoint) => number): string[] =>
    points.map((point) => `${x(point.x)},${y(read(point))}`);
  const high = path(({ ci95, mean }) => ci95?.[1] ?? mean);
  const low = path(({ ci95, mean }) => ci95?.[0] ?? mean);
  const edge = (ends: string[]): string =>
    `<polyline points="${ends.join(" ")}" fill="none" stroke="${color}" stroke-opacity=".45" stroke-dasharray="4 3"/>`;
  const dots = points.map((point) => drawDot(name, color, point, x(point.x), y(point.mean)));
  const end = x(points.at(-1)?.x ?? 0);
  return [
    `<polygon points="${[...high, ...low.toReversed()].join(" ")}" fill="${color}" fill-opacity=".07"/>${edge(high)}${edge(low)}`,
    `<polyline points="${path(({ mean }) => mean).join(" ")}" fill="none" stroke="${color}" stroke-width="2.5"/>${dots.join("")}`,
    `<text x="${end + 9}" y="${labelY + 4}" fill="${color}" class="label">${escapeHtml(name)}</text>`,
  ];
}

/** A curve of one point at its step. Its name stands on the left, where no line starts. */
function drawAtStep({ name, color, points }: Curve, x: Scale, y: Scale, labelY: number): Layers {
  const [point] = points;
  if (point === undefined) return ["", "", ""];
  const at = x(point.x);
  return [
    "",
    drawDot(name, color, point, at, y(point.mean)),
    `<text x="${at - 9}" y="${labelY + 4}" text-anchor="end" fill="${color}" class="label">${escapeHtml(name)}</text>`,
  ];
}

/** @param index among curves of one point: each has a place of its own, so that no bar hides another */
function drawSingle(curve: Curve, x: Scale, y: Scale, index: number, labelY: number): Layers {
  const { name, color, points } = curve;
  const [point] = points;
  if (point === undefined) return ["", "", ""];
  const left = x(0) - BAR_GAP * (index + 1);
  const [low, high] = point.ci95 ?? [point.mean, point.mean];
  return [
    `<line x1="${left}" x2="${left}" y1="${y(low)}" y2="${y(high)}" stroke="${color}" stroke-opacity=".5" stroke-width="3"/>`,
    drawDot(name, color, point, left, y(point.mean)),
    `<text x="${MARGIN.left + 6}" y="${labelY + 4}" fill="${color}" class="label">${escapeHtml(name)}</text>`,
  ];
}

function drawDot(name: string, color: string, point: CurvePoint, x: number, y: number): string {
  const steps = formatCount(point.x);
  return `<circle cx="${x}" cy="${y}" r="4" fill="${color}"><title>${escapeHtml(name)}, ${steps} real steps: ${percent(point.mean)}</title></circle>`;
}

/** Paired differences in percentage points, with a line at zero. */
export function differenceChart(title: string, differences: readonly Difference[]): string {
  const rowHeight = 42;
  const height = 44 + differences.length * rowHeight;
  const bound = roundUp(
    Math.max(0.05, ...differences.flatMap((d) => [d.mean, ...(d.ci95 ?? [])].map(Math.abs))),
  );
  const [left, right] = [250, 560];
  const x = (value: number): number => left + ((value + bound) / (2 * bound)) * (right - left);
  const rows = differences.map((difference, i) => {
    const y = 24 + i * rowHeight;
    const [low, high] = difference.ci95 ?? [difference.mean, difference.mean];
    const interval =
      difference.ci95 === null ? "" : ` (${signedPoints(low)} to ${signedPoints(high)})`;
    return (
      `<text x="${left - 14}" y="${y}" text-anchor="end" class="name">${escapeHtml(difference.label)}</text>` +
      `<text x="${left - 14}" y="${y + 15}" text-anchor="end" class="note">${escapeHtml(shorten(difference.note))}</text>` +
      `<line x1="${x(low)}" x2="${x(high)}" y1="${y + 3}" y2="${y + 3}" stroke="#2b6cb0" stroke-width="3" stroke-opacity=".45"/>` +
      `<circle cx="${x(difference.mean)}" cy="${y + 3}" r="4.5" fill="#2b6cb0"/>` +
      `<text x="${right + 14}" y="${y + 7}">${signedPoints(difference.mean)}${interval}</text>`
    );
  });
  const bottom = height - 24;
  return (
    `<svg viewBox="0 0 720 ${height}" role="img" aria-label="${escapeHtml(title)}">` +
    `<line x1="${x(0)}" x2="${x(0)}" y1="8" y2="${bottom}" class="tick"/>` +
    `${rows.join("")}<text x="${x(-bound)}" y="${height - 8}" text-anchor="middle">${signedPoints(-bound)}</text>` +
    `<text x="${x(0)}" y="${height - 8}" text-anchor="middle">0 points</text>` +
    `<text x="${x(bound)}" y="${height - 8}" text-anchor="middle">${signedPoints(bound)}</text></svg>`
  );
}

/** Names of splits come from file names, which may be long. */
function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 24)}…${text.slice(-14)}` : text;
}

/** A difference of shares in percentage points: `+3.3`. */
export function signedPoints(value: number): string {
  return `${value >= 0 ? "+" : "−"}${(100 * Math.abs(value)).toFixed(1)}`;
}

/** Rounds up to a fifth, or small values to a twenty-fifth, at most 1. So grid lines stand at whole percents. */
function roundUp(value: number): number {
  const parts = value > 0.2 ? 5 : 25;
  return Math.min(1, Math.ceil(value * parts - 1e-9) / parts);
}

/** Moves positions apart until no two overlap, in the same order, and none is below `bottom`. */
function spread(positions: readonly number[], bottom: number): number[] {
  const order = positions
    .map((_, i) => i)
    .sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0));
  const moved = [...positions];
  let above = Number.NEGATIVE_INFINITY;
  for (const i of order) above = moved[i] = Math.max(moved[i] ?? 0, above + LINE_HEIGHT);
  let below = bottom + LINE_HEIGHT;
  for (const i of order.toReversed())
    below = moved[i] = Math.min(moved[i] ?? 0, below - LINE_HEIGHT);
  return moved;
}
