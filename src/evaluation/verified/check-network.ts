/** The check of one request: it was sent and answered as expected, or was never sent. */

import { searchEvents } from "../event-search.ts";
import type { Comparison } from "./check-response.ts";
import { assertion, compareData } from "./compare-data.ts";
import { EventReader, type Fields } from "./event-reader.ts";
import type { Profile } from "./profile.ts";
import type { SiteAddresses } from "./site-addresses.ts";
import { type NetworkEventCheck, taskTypeOf, type VerifiedTask } from "./task.ts";
import { headerOf, isNavigation, type TraceEvent } from "./trace-event.ts";

/** @throws UnreadableValue where the task or the trace cannot be read */
export function checkNetwork(
  check: NetworkEventCheck,
  task: VerifiedTask,
  events: readonly TraceEvent[],
  addresses: SiteAddresses,
  profile: Profile,
): Comparison {
  const reader = new EventReader(check, addresses, profile === "verified");
  const { considered } = searchEvents(candidates(check, task, events), {
    isCandidate: candidateTest(check, task, reader),
    lastOnly: check.last_event_only,
  });
  const expected = reader.readExpected();
  const found = considered.map((event) => reader.readFound(event, expected));
  return { expected, found, assertions: judge(check, expected, found) };
}

const opensPage = (check: NetworkEventCheck, task: VerifiedTask): boolean =>
  taskTypeOf(task) === "NAVIGATE" && check.expected.http_method === "GET";

/** Of a task that opens a page, only the last opened page is a candidate. */
function candidates(
  check: NetworkEventCheck,
  task: VerifiedTask,
  events: readonly TraceEvent[],
): readonly TraceEvent[] {
  return opensPage(check, task) ? events.filter(isNavigation).slice(-1) : events;
}

function candidateTest(
  check: NetworkEventCheck,
  task: VerifiedTask,
  reader: EventReader,
): (event: TraceEvent) => boolean {
  if (opensPage(check, task)) return () => true;
  const method = check.expected.http_method.toLowerCase();
  const url = reader.readUrl(check.expected.url, "expected");
  const referer = check.expected.headers?.["referer"];
  const wantedReferer = referer === undefined ? null : reader.readUrl(referer, "expected");
  return (event) => {
    if (event.request.method.toLowerCase() !== method) return false;
    if (!reader.hasPath(url, reader.readUrl(event.request.url, "found"))) return false;
    const found = headerOf(event, "referer");
    return (
      wantedReferer === null ||
      found === null ||
      found === "" ||
      reader.hasPath(wantedReferer, reader.readUrl(found.toLowerCase(), "found"))
    );
  };
}

function judge(
  { should_not_exist, expected: { url } }: NetworkEventCheck,
  expected: Fields,
  found: readonly Fields[],
): Comparison["assertions"] {
  if (should_not_exist)
    return found.length === 0
      ? []
      : [
          assertion(
            "unexpected_navigation_event",
            `Expected no request to ${String(url)}, got ${found.length}.`,
          ),
        ];
  const differences = found.map((event) =>
    compareData(expected, event, { path: "network_event", allowsMore: true }),
  );
  if (differences.some((list) => list.length === 0)) return [];
  return [
    assertion(
      "missing_navigation_event",
      found.length === 0
        ? `Expected a request to ${String(url)}, got none.`
        : `Expected a request to ${String(url)}, got ${found.length} that differ.`,
      ...(differences.at(-1) ?? []).flatMap((difference) => [
        `${difference.assertion_name}: ${difference.assertion_msgs.join(" ")}`,
      ]),
    ),
  ];
}
