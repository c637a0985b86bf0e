/** `dreamgym audit`: looks for secrets in every byte of a folder. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../core/errors.ts";
import { findSecrets, type SecretFinding } from "../../store/find-secrets.ts";
import { type AddCommand, type CliContext, CommandFailed } from "../context.ts";
import { jsonOption, listOf, pathName } from "../flags.ts";
import { readSecretsFile } from "../secrets-file.ts";

interface Flags {
  secrets?: string;
  value?: string[];
  json?: true;
}

/** Shorter values are found by chance in any picture. */
const LEAST_CHARACTERS = 4;

export const addAudit: AddCommand = (program, context) => {
  program
    .command("audit")
    .description(
      "Search every byte of a recording for secrets: plain, encoded, and in compressed parts.",
    )
    .argument("<path>", "a file or a folder")
    .option("--secrets <file>", "the secrets: name=value lines, or one value a line", pathName)
    .option("--value <text>", "a secret; may be repeated", listOf)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  dreamgym audit runs/record/1 --secrets .env    # exit 1 if one is found",
    )
    .action((path: string, flags: Flags) => run(context, path, flags));
};

function run({ print }: CliContext, path: string, flags: Flags): void {
  const named = flags.secrets === undefined ? [] : readSecretsFile(flags.secrets);
  const secrets = [
    ...named,
    ...(flags.value ?? []).map((value) => ({ kind: "value", value })),
  ].filter(({ value }) => value.length >= LEAST_CHARACTERS);
  if (secrets.length === 0)
    throw new ConfigError(
      `Expected secrets of at least ${LEAST_CHARACTERS} characters, got none. Name some with --secrets or --value.`,
    );
  if (!existsSync(path)) throw new ConfigError(`Expected a file or folder at ${path}, got none.`);
  const values = secrets.map(({ value }) => value);
  const files = filesIn(path);
  const findings = files.flatMap((file) =>
    findSecrets(readFileSync(file), values).map((finding) => ({ file, ...finding })),
  );
  print(
    flags.json
      ? JSON.stringify({ files: files.length, secrets: secrets.length, findings })
      : describeFindings(findings, files.length, secrets),
  );
  if (findings.length > 0) throw new CommandFailed();
}

function describeFindings(
  findings: readonly (SecretFinding & { file: string })[],
  files: number,
  secrets: readonly { kind: string }[],
): string {
  const what = `${secrets.length} secrets in ${files} files`;
  if (findings.length === 0) return `Found none of ${what}.`;
  // A secret is not printed: a terminal is kept, too.
  const lines = findings.map(
    ({ file, value, form, offset }) =>
      `  ${file}: secret ${value + 1} (${secrets[value]?.kind}), ${form}, at byte ${offset}`,
  );
  return [`Looked for ${what}, and found ${findings.length}:`, ...lines].join("\n");
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return filesIn(inner);
      return entry.isFile() ? [inner] : [];
    });
}
