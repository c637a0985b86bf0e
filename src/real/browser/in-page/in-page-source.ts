/** Turns a function of this folder into text that runs in a page. */

/** Some compilers wrap named functions in calls of this helper, which does not exist in a page. */
const NAME_HELPER = "const __name = (target) => target;";

/** The rules of `page/secrets.ts` that pages need. */
export interface SecretRules {
  isSecretName(name: string): boolean;
  isSecretParameter(name: string, value: string): boolean;
  isSecretField(tag: string, read: (attribute: string) => string | null): boolean;
  maskAddress(
    address: string,
    isSecret: (name: string, value: string) => boolean,
    mask: string,
  ): string;
}

/** An expression that calls the function with arguments: JSON values, or self-contained functions. */
export function callSource<Arguments extends unknown[]>(
  inPage: (...values: Arguments) => unknown,
  ...values: Arguments
): string {
  return `(() => { ${NAME_HELPER} return (${inPage.toString()})(${listOf(values)}); })()`;
}

/** A function declaration for `Runtime.callFunctionOn`. Its arguments are nodes, which follow the values as a list. */
export function nodesSource(inPage: { toString(): string }, ...values: unknown[]): string {
  const list = `[${listOf(values)}]`;
  return `function (...nodes) { ${NAME_HELPER} return (${inPage.toString()})(...${list}, nodes); }`;
}

function listOf(values: readonly unknown[]): string {
  return values
    .map((value) => (typeof value === "function" ? `(${value.toString()})` : JSON.stringify(value)))
    .join(", ");
}

/** A function declaration for `Runtime.callFunctionOn`. Its object is the first argument. */
export function methodSource(inPage: { toString(): string }): string {
  return `function (...values) { ${NAME_HELPER} return (${inPage.toString()})(this, ...values); }`;
}
