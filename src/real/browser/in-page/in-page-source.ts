/** Turns a function of this folder into text that runs in a page. */

/** Some compilers wrap named functions into calls of this helper, which a page does not have. */
const NAME_HELPER = "const __name = (target) => target;";

/** The rules of `page/secrets.ts`, as far as pages need them. */
export interface SecretRules {
  isSecretName(name: string): boolean;
  isSecretField(tag: string, read: (attribute: string) => string | null): boolean;
  maskAddress(
    address: string,
    isSecret: (name: string, value: string) => boolean,
    mask: string,
  ): string;
}

/** An expression that calls the function with arguments: JSON values, or functions that are self-contained. */
export function callSource<Arguments extends unknown[]>(
  inPage: (...values: Arguments) => unknown,
  ...values: Arguments
): string {
  const write = (value: unknown): string =>
    typeof value === "function" ? `(${value.toString()})` : JSON.stringify(value);
  const list = values.map(write).join(", ");
  return `(() => { ${NAME_HELPER} return (${inPage.toString()})(${list}); })()`;
}

/** A function declaration for `Runtime.callFunctionOn`: the object it is called on comes first, the arguments after. */
export function methodSource(inPage: { toString(): string }): string {
  return `function (...values) { ${NAME_HELPER} return (${inPage.toString()})(this, ...values); }`;
}
