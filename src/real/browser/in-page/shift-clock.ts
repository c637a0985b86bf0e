/// <reference lib="dom" />
/** Sets a page's clock, so that what it makes of today's date is the same every day. */

/**
 * Time passes as usual from then on. Self-contained: the page gets it as text.
 *
 * @param startMs what the page reads when it loads, in milliseconds since 1970
 */
export function shiftClock(startMs: number): void {
  const NativeDate = globalThis.Date;
  const offsetMs = startMs - NativeDate.now();
  const now = (): number => NativeDate.now() + offsetMs;
  const Shifted = function (this: unknown, ...parts: unknown[]): unknown {
    if (new.target === undefined) return new NativeDate(now()).toString();
    const values = parts.length === 0 ? [now()] : parts;
    return Reflect.construct(NativeDate, values, new.target);
  };
  Object.setPrototypeOf(Shifted, NativeDate);
  Shifted.prototype = NativeDate.prototype;
  Object.defineProperty(NativeDate.prototype, "constructor", { value: Shifted, writable: true });
  Object.assign(Shifted, { now });
  globalThis.Date = Shifted as unknown as DateConstructor;
}
