/** A trajectory as a Playwright test in TypeScript, which repeats it and checks the address at the end. */

import type { Action } from "../../../core/action.ts";
import type { Trajectory, Transition } from "../../../core/trajectory.ts";
import { secretVariable } from "../../../page/secret-placeholder.ts";
import type { Rendered } from "./export-format.ts";
import { playwrightLocator, quote } from "./playwright-locator.ts";

/** The window in which episodes are recorded. */
const VIEWPORT = { width: 1280, height: 720 };
const SCREEN = 720;

interface Step extends Transition {
  /** Number of tabs after the step. */
  tabsAfter: number;
  /** Whether other pages than the one of the step are open and current afterwards. */
  opensTab: boolean;
}

export function toPlaywrightTest(trajectory: Trajectory): Rendered {
  const { goal, id, finalObservation } = trajectory;
  const losses: string[] = [];
  const body = startLines(trajectory);
  for (const step of stepsOf(trajectory)) {
    const lines = linesOf(step);
    if (lines === null) {
      losses.push(`A ${step.action.kind} has no element to find: it became a comment.`);
      body.push(`// Not repeated: ${step.action.kind}, whose element is unknown.`);
    } else body.push(...lines);
  }
  if (isPage(finalObservation.url))
    body.push(`await expect(page).toHaveURL(${quote(finalObservation.url)});`);
  const text = [
    `// Exported by dreamgym from trajectory ${id}.`,
    `import { expect, test } from "@playwright/test";`,
    "",
    `test.use({ viewport: ${JSON.stringify(VIEWPORT)}, locale: "en-US", timezoneId: "UTC" });`,
    "",
    `test(${quote(goal === "" ? id : goal)}, async ({ context }) => {`,
    ...body.map((line) => `  ${line}`),
    "});",
    "",
  ];
  return { text: text.join("\n"), losses };
}

function startLines({ transitions, finalObservation }: Trajectory): string[] {
  const { tabs, url } = transitions[0]?.observation ?? finalObservation;
  const urls = tabs.length === 0 ? [url] : tabs.map((tab) => tab.url);
  const active = Math.max(
    0,
    tabs.findIndex((tab) => tab.active),
  );
  return [
    "let page = await context.newPage();",
    ...(needsDialogs(transitions)
      ? [
          "let answer: { accept: boolean; text?: string } = { accept: true };",
          `context.on("dialog", (dialog) =>`,
          "  answer.accept ? dialog.accept(answer.text) : dialog.dismiss(),",
          ");",
        ]
      : []),
    ...urls.flatMap((address, at) => [
      ...(at === 0 ? [] : ["page = await context.newPage();"]),
      `await page.goto(${quote(address)});`,
    ]),
    ...(active === urls.length - 1 ? [] : focusLines(active)),
  ];
}

function needsDialogs(transitions: readonly Transition[]): boolean {
  return transitions.some(
    ({ action, effects = [] }) =>
      action.kind === "answerDialog" || effects.some(({ kind }) => kind === "dialog"),
  );
}

function stepsOf({ transitions, finalObservation }: Trajectory): Step[] {
  return transitions.map((transition, at) => {
    const after = transitions[at + 1]?.observation ?? finalObservation;
    const tabsAfter = after.tabs.length;
    const isGesture = !["newTab", "closeTab", "switchTab"].includes(transition.action.kind);
    return {
      ...transition,
      tabsAfter,
      opensTab: isGesture && tabsAfter > transition.observation.tabs.length,
    };
  });
}

/** Null: the element cannot be found. */
function linesOf(step: Step): string[] | null {
  const { action, observation, element, dropElement, opensTab } = step;
  const find = (ref: string, recorded: Transition["element"]): string | null => {
    const locator = playwrightLocator(recorded, observation.nodes, ref);
    return locator === null ? null : `page${locator}`;
  };
  const own = "ref" in action ? find(action.ref, element) : "page";
  const drop = action.kind === "drag" ? find(action.to, dropElement) : "";
  if (own === null || drop === null) return null;
  const lines = actionLines(action, own, drop);
  if (!opensTab || lines.length === 0) return lines;
  return [
    `const opened${step.tabsAfter} = context.waitForEvent("page");`,
    ...lines,
    `page = await opened${step.tabsAfter};`,
  ];
}

function actionLines(action: Action, own: string, drop: string): string[] {
  switch (action.kind) {
    case "click": {
      const options = {
        ...(action.button && { button: action.button }),
        ...(action.modifiers && { modifiers: action.modifiers.split("+") }),
      };
      const given = Object.keys(options).length === 0 ? "" : JSON.stringify(options);
      return [`await ${own}.${action.double ? "dblclick" : "click"}(${given});`];
    }
    case "type":
      return [
        `await ${own}.fill(${textOf(action.text)});`,
        ...(action.submit ? [`await ${own}.press("Enter");`] : []),
      ];
    case "hover":
      return [`await ${own}.hover();`];
    case "select":
      return [`await ${own}.selectOption({ label: ${quote(action.option)} });`];
    case "check":
      return [`await ${own}.setChecked(${action.checked});`];
    case "drag":
      return [
        `await ${own}.dragTo(${drop}${action.at ? `, { targetPosition: ${JSON.stringify(action.at)} }` : ""});`,
      ];
    case "upload":
      return [`await ${own}.setInputFiles([${action.files.map(fileText).join(", ")}]);`];
    case "press":
      return [`await page.keyboard.press(${quote(action.keys)});`];
    case "scroll": {
      const way = (action.direction === "down" ? 1 : -1) * (action.pixels ?? SCREEN);
      return [`await page.mouse.wheel(0, ${way});`];
    }
    case "answerDialog": {
      const text = action.text === undefined ? "" : `, text: ${quote(action.text)}`;
      return [`answer = { accept: ${action.accept}${text} };`];
    }
    case "wait":
      return [`await page.waitForTimeout(${action.ms});`];
    case "goto":
      return [`await page.goto(${quote(action.url)});`];
    case "goBack":
      return ["await page.goBack();"];
    case "goForward":
      return ["await page.goForward();"];
    case "newTab":
      return ["page = await context.newPage();"];
    case "switchTab":
      return focusLines(action.index);
    case "closeTab":
      return ["await page.close();", "page = context.pages().at(-1)!;"];
    case "stop":
      return action.answer === "" ? [] : [`// The answer: ${quote(action.answer)}`];
  }
}

const focusLines = (index: number): string[] => [
  `page = context.pages()[${index}]!;`,
  "await page.bringToFront();",
];

function textOf(text: string): string {
  const secret = secretVariable(text);
  return secret === null ? quote(text) : `process.env[${quote(secret)}] ?? ""`;
}

function fileText({ name, type, base64 }: { name: string; type: string; base64: string }): string {
  return `{ name: ${quote(name)}, mimeType: ${quote(type)}, buffer: Buffer.from(${quote(base64)}, "base64") }`;
}

function isPage(url: string): boolean {
  return /^https?:/u.test(url);
}
