/** Passwords and the like that a goal states, so that the journal of calls can mask them. */

const STATED =
  /\b(?:password|passcode|passphrase|token|secret|api key|pin)\b\W{0,3}(?:is|as|to|with|be|equals)?\s*[:=]?\s*["'“‘`]?([^\s"'”’`,;]+)/giu;

/** The word after "password" or its like. Common words stay: who masks leaves out what is easy to guess. */
export function secretsInGoal(goal: string): string[] {
  return [...goal.matchAll(STATED)].map(([, text = ""]) => text.replace(/[.!?)]+$/u, ""));
}
