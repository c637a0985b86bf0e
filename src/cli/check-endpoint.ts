/** `dreamgym doctor --endpoint … --model …`: what a model's server supports. */

import pc from "picocolors";
import { ConfigError, DreamgymError } from "../core/errors.ts";
import { type EndpointFinding, probeEndpoint } from "../llm/probe-endpoint.ts";
import { type CliContext, CommandFailed } from "./context.ts";
import type { ModelFlags } from "./llm-flags.ts";
import { openEndpoint } from "./open-model.ts";

/** @throws ConfigError; CommandFailed where the server gives no reply */
export async function checkEndpoint(
  context: CliContext,
  { json, ...flags }: ModelFlags & { json?: true },
): Promise<void> {
  const source = { ...flags, flagPrefix: "", variablePrefix: "DREAMGYM" };
  const found = openEndpoint(source, context);
  if (found === null) throw new ConfigError("Expected --endpoint and --model, got neither.");
  const findings: EndpointFinding[] = [];
  try {
    for await (const finding of probeEndpoint(found.model, context.signal)) {
      findings.push(finding);
      if (!json) context.print(format(finding));
    }
  } catch (error) {
    if (json || !(error instanceof DreamgymError)) throw error;
    context.print(`${pc.red("FAIL")} chat      ${error.message}`);
    throw new CommandFailed();
  }
  if (json)
    context.print(JSON.stringify({ endpoint: found.address, model: flags.model, findings }));
  if (findings[0]?.supported !== true) throw new CommandFailed();
}

function format({ feature, supported, detail }: EndpointFinding): string {
  const mark =
    supported === true ? pc.green("yes ") : supported === false ? pc.yellow("no  ") : "?   ";
  return `${mark} ${feature.padEnd(9)} ${detail}`;
}
