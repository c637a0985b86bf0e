/** Which recordings are learned from, and which are held back to be asked about. */

import { ConfigError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { Trajectory } from "../core/trajectory.ts";

export interface TemplateSplit {
  learned: Trajectory[];
  heldOut: Trajectory[];
}

/**
 * Holds back whole templates, since the tasks of one template visit the same kinds of pages: a share of the templates,
 * at least one, and never all.
 *
 * @param share 0–1
 * @throws ConfigError where there are not two templates to tell apart
 */
export function holdOutTemplates(
  recordings: readonly Trajectory[],
  share: number,
  random: Random,
): TemplateSplit {
  const templates = [...new Set(recordings.map(({ templateId }) => templateId))];
  if (templates.length < 2) {
    throw new ConfigError(
      `Expected recordings of at least 2 task templates to hold one back, got ${templates.length} in ${recordings.length} episodes. Give others to ask about with --on.`,
    );
  }
  const count = Math.min(templates.length - 1, Math.max(1, Math.round(templates.length * share)));
  const chosen = new Set(random.shuffle(templates).slice(0, count));
  return splitBy(recordings, ({ templateId }) => chosen.has(templateId));
}

/** Holds back all episodes of the template of one. @throws ConfigError when nothing would be left to learn from */
export function holdOutTemplateOf(
  recordings: readonly Trajectory[],
  { templateId, id }: Trajectory,
): TemplateSplit {
  const split = splitBy(recordings, (other) => other.templateId === templateId);
  if (split.learned.length > 0) return split;
  throw new ConfigError(
    `Expected recordings of other templates than ${templateId} to learn from, got none beside ${id}. Give it with --on and others with --from.`,
  );
}

function splitBy(
  recordings: readonly Trajectory[],
  isHeldBack: (recording: Trajectory) => boolean,
): TemplateSplit {
  return {
    learned: recordings.filter((recording) => !isHeldBack(recording)),
    heldOut: recordings.filter(isHeldBack),
  };
}
