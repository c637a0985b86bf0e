/** Which recordings are learned from, and which are held out to be asked about. */

import { ConfigError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { Trajectory } from "../core/trajectory.ts";

export interface TemplateSplit {
  learned: Trajectory[];
  heldOut: Trajectory[];
}

/**
 * Holds out whole templates, since the tasks of one template visit the same kinds of pages: a share of the templates,
 * at least one, and never all. Recordings of a single template are held out one by one.
 *
 * @param share 0–1
 * @throws ConfigError for a single recording
 */
export function holdOutTemplates(
  recordings: readonly Trajectory[],
  share: number,
  random: Random,
): TemplateSplit {
  const templates = [...new Set(recordings.map(({ templateId }) => templateId))];
  if (templates.length > 1) {
    const chosen = new Set(drawShare(templates, share, random));
    return splitBy(recordings, ({ templateId }) => chosen.has(templateId));
  }
  if (recordings.length < 2)
    throw new ConfigError(
      `Expected at least 2 recordings, to learn from one and to ask about the other, got ${recordings.length}. Record more, or name others with --on.`,
    );
  const chosen = new Set(drawShare(recordings, share, random));
  return splitBy(recordings, (recording) => chosen.has(recording));
}

/** At least one, and never all. */
function drawShare<T>(items: readonly T[], share: number, random: Random): T[] {
  const count = Math.min(items.length - 1, Math.max(1, Math.round(items.length * share)));
  return random.shuffle(items).slice(0, count);
}

/** Holds out all episodes of the template of one. @throws ConfigError when nothing would be left to learn from */
export function holdOutTemplateOf(
  recordings: readonly Trajectory[],
  shown: Trajectory,
): TemplateSplit {
  const { templateId, id } = shown;
  const split = splitBy(recordings, (other) => other.templateId === templateId);
  if (split.learned.length > 0) return split;
  if (recordings.length > 1) return splitBy(recordings, (other) => other === shown);
  throw new ConfigError(
    `${id} is the only recording: there is nothing to learn from. Record more, or name it with --on and others with --from.`,
  );
}

function splitBy(
  recordings: readonly Trajectory[],
  isHeldOut: (recording: Trajectory) => boolean,
): TemplateSplit {
  return {
    learned: recordings.filter((recording) => !isHeldOut(recording)),
    heldOut: recordings.filter(isHeldOut),
  };
}
