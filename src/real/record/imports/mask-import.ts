/** Masks the secrets of an imported episode: foreign files hold passwords, tokens and codes in clear. */

import type { Trajectory } from "../../../core/trajectory.ts";
import { UNTOUCHED } from "../../../page/form-state.ts";
import { KnownSecrets } from "../../../page/known-secrets.ts";
import { maskPage, noteSecrets } from "../../../page/mask-page.ts";
import { parsePage } from "../../../page/page-document.ts";
import { MASK } from "../../../page/secrets.ts";

/** The same episode in the form that may be stored. */
export function maskImported(trajectory: Trajectory): Trajectory {
  const secrets = new KnownSecrets();
  const { transitions, finalPage, finalObservation, startRequests } = trajectory;
  for (const page of [...transitions.map((transition) => transition.page), finalPage])
    if (page !== undefined) noteSecrets(parsePage(page.html, page.url), UNTOUCHED, secrets);
  for (const { action, page, observation } of transitions) {
    if (action.kind !== "type" || page === undefined) continue;
    const document = parsePage(page.html, page.url);
    const element = document.elementOf(action.ref);
    const isKnown = observation.nodes.some(({ ref }) => ref === action.ref);
    if (element === null || !isKnown) continue;
    if (secrets.addField({ tag: element.name, attributes: element.attribs }, ""))
      secrets.addTyped(action.text);
  }
  return {
    ...trajectory,
    startRequests: startRequests.map((request) => secrets.maskRequest(request)),
    finalObservation: secrets.maskObservation(finalObservation),
    ...(finalPage && { finalPage: maskPage(finalPage, secrets) }),
    transitions: transitions.map((transition) => ({
      ...transition,
      action:
        transition.action.kind === "type"
          ? { ...transition.action, text: secrets.maskText(transition.action.text, MASK) }
          : transition.action.kind === "goto"
            ? { ...transition.action, url: secrets.maskUrl(transition.action.url) }
            : transition.action,
      observation: secrets.maskObservation(transition.observation),
      requests: transition.requests.map((request) => secrets.maskRequest(request)),
      ...(transition.page && { page: maskPage(transition.page, secrets) }),
    })),
  };
}
