/** What can be typed where: texts of the goal into text fields, its dates and times into their fields. */

import type { PageNode } from "../../core/observation.ts";
import { bare, type Candidate } from "./candidate.ts";
import type { DateSpan } from "./candidate-dates.ts";
import type { GoalSpan } from "./candidate-spans.ts";
import { hasOptions, type PageStructure } from "./candidate-structure.ts";

const TEXT_FIELDS = new Set(["textbox", "searchbox", "spinbutton", "combobox"]);

/** Every text field with every span; only numbers where the field takes only numbers. */
export function typings(
  nodes: readonly PageNode[],
  structure: PageStructure,
  spans: readonly GoalSpan[],
): Candidate[] {
  const fields = nodes.flatMap((node, index) =>
    TEXT_FIELDS.has(node.role) &&
    !node.states.disabled &&
    !node.states.readonly &&
    !(node.role === "combobox" && hasOptions(nodes, structure, index))
      ? [index]
      : [],
  );
  // Spans outermost: when the limit cuts, every field keeps the surest spans.
  return spans.flatMap((span) =>
    fields.flatMap((index) => {
      const { ref, role, value } = nodes[index] as PageNode;
      if (role === "spinbutton" && !/^\d+(?:\.\d+)?$/.test(span.text)) return [];
      const typed = (submit: boolean): Candidate => ({
        ...bare({ kind: "type", ref, text: span.text, submit }),
        node: index,
        span,
      });
      return value === span.text ? [typed(true)] : [typed(false), typed(true)];
    }),
  );
}

/** What the fields for dates and times take. `DateTime` has three forms, and only the page knows which. */
const DATE_FIELDS: Record<string, ReadonlySet<DateSpan["kind"]>> = {
  Date: new Set(["day"]),
  DateTime: new Set(["moment", "month"]),
  InputTime: new Set(["time"]),
};

export function dateTypings(nodes: readonly PageNode[], dates: readonly DateSpan[]): Candidate[] {
  return dates.flatMap(({ span, value, kind }) =>
    nodes.flatMap(({ ref, role, states }, node) => {
      if (DATE_FIELDS[role]?.has(kind) !== true || states.disabled) return [];
      const action = { kind: "type", ref, text: value, submit: false } as const;
      return [{ ...bare(action), node, span }];
    }),
  );
}
