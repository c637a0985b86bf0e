/** Turns a function of this folder into text that runs in a page. */

/** Some compilers wrap named functions into calls of this helper, which a page does not have. */
const NAME_HELPER = "const __name = (target) => target;";

/** An expression that calls the function with JSON arguments. */
export function callSource<Arguments extends unknown[]>(
  inPage: (...values: Arguments) => unknown,
  ...values: Arguments
): string {
  const list = values.map((value) => JSON.stringify(value)).join(", ");
  return `(() => { ${NAME_HELPER} return (${inPage.toString()})(${list}); })()`;
}

/** A function declaration for `Runtime.callFunctionOn`: the object it is called on comes first, the arguments after. */
export function methodSource(inPage: { toString(): string }): string {
  return `function (...values) { ${NAME_HELPER} return (${inPage.toString()})(this, ...values); }`;
}
