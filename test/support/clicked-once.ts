import type { Observation, PageNode } from "../../src/core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../../src/core/site-request.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";

export interface ClickedOnceOptions {
  id: string;
  before: PageSnapshot;
  after: PageSnapshot;
  observe: (page: PageSnapshot) => Observation;
  /** Finds the node that is clicked. */
  isTarget: (node: PageNode) => boolean;
}

/** An episode of one click that sends no request, with the pages before and after it. */
export function clickedOnce(options: ClickedOnceOptions): Trajectory {
  const { id, before, after, observe, isTarget } = options;
  const start: SiteRequest = {
    kind: "document",
    method: "GET",
    url: before.url,
    fields: null,
    status: 200,
    redirect: null,
  };
  const observation = observe(before);
  const ref = observation.nodes.find(isTarget)?.ref ?? "";
  return {
    id,
    taskId: "",
    goal: "",
    templateId: 0,
    world: "",
    source: "real",
    actor: "script",
    seed: 0,
    transitions: [
      { observation, page: before, action: { kind: "click", ref }, reward: 0, requests: [] },
    ],
    finalObservation: observe(after),
    finalPage: after,
    startRequests: [start],
    stopReason: "terminated",
    score: null,
    error: null,
  };
}
