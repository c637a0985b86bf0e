/** Checks of project invitations: they judge the members and roles at the end, however they came about. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inviteAuthor } from "../fixtures/templates/across/invite-author.ts";
import { follow, type Passage, press } from "../fixtures/templates/across/passages.ts";
import { findAuthor } from "../fixtures/templates/across/post-author.ts";
import { turnToCodeHost } from "../fixtures/templates/across/with-code-host.ts";
import { createSolver } from "../fixtures/templates/demonstrator.ts";
import { WORLD_SEEDS } from "../fixtures/templates/generate.ts";
import { choose } from "../fixtures/templates/gitlab/code-host.ts";
import { invite, inviteMember } from "../fixtures/templates/gitlab/invite-member.ts";
import { taskFile } from "../fixtures/templates/task-files.ts";
import { stop, type TaskTemplate } from "../fixtures/templates/template.ts";
import { SITE_URLS } from "../fixtures/site-urls.ts";
import { siteEntry } from "../fixtures/site-providers.ts";
import { runEpisode } from "../src/core/episode.ts";
import type { Observation } from "../src/core/observation.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { toTask } from "../src/evaluation/to-task.ts";
import { createHttpEnv, type HttpEnv } from "../src/text-browser/http/http-env.ts";
import { startSiteProcess, type SiteProcess } from "../src/real/sites/site-process.ts";
import { loadTaskConfigs } from "../src/real/harness/load-tasks.ts";
import { siteUrlsOf } from "./support/prove-templates.ts";

type Values = Record<string, string>;
/** From the code host's start page on. */
type Way = (page: Observation, values: Values) => Passage;

/** No task asks for it. */
const WRONG_ROLE = "Guest";

/** Opens a member's page from the list that an invitation leads to. */
function* change(page: Observation, { user = "" }: Values): Passage {
  return yield* follow(page, `Change ${user}`);
}

function* changeRole(observation: Observation, values: Values): Passage {
  let page = yield* change(observation, values);
  page = yield* choose(page, "Role", values["role"] ?? "");
  return yield* press(page, "Save role");
}

const asWrong = (values: Values): Values => ({ ...values, role: WRONG_ROLE });

/** Actions in place of the one right invitation, and their score. */
const WAYS: Record<string, { value: 0 | 1; go: Way }> = {
  "with a wrong role that is corrected": {
    value: 1,
    *go(page, values) {
      return yield* changeRole(yield* invite(page, asWrong(values)), values);
    },
  },
  "with a wrong role, again in vain, and corrected": {
    value: 1,
    *go(page, values) {
      const members = yield* invite(page, asWrong(values));
      return yield* changeRole(yield* invite(members, values), values);
    },
  },
  "with a wrong role, removed and sent again": {
    value: 1,
    *go(page, values) {
      const member = yield* change(yield* invite(page, asWrong(values)), values);
      return yield* invite(yield* press(member, "Remove member"), values);
    },
  },
  "with a wrong role": {
    value: 0,
    *go(page, values) {
      return yield* invite(page, asWrong(values));
    },
  },
  "with the right role that is changed": {
    value: 0,
    *go(page, values) {
      return yield* changeRole(yield* invite(page, values), asWrong(values));
    },
  },
  "with the right role, and removed": {
    value: 0,
    *go(page, values) {
      return yield* press(yield* change(yield* invite(page, values), values), "Remove member");
    },
  },
};

describe("an invitation to a project", () => {
  const configs = loadTaskConfigs(taskFile("dev"));
  let sites: SiteProcess;
  let env: HttpEnv;
  beforeAll(async () => {
    sites = await startSiteProcess({
      entry: siteEntry(),
      worlds: WORLD_SEEDS,
      sites: siteUrlsOf([inviteMember, inviteAuthor]),
    });
    env = createHttpEnv({
      origins: sites.origins,
      evaluator: createEvaluator(),
      sites: sites.control,
    });
  });
  afterAll(async () => {
    await env[Symbol.asyncDispose]();
    await sites[Symbol.asyncDispose]();
  });

  const score = async (template: TaskTemplate, go: Way) => {
    const config = configs.find((candidate) => candidate.intent_template_id === template.id);
    if (config === undefined) throw new Error(`Template ${template.id} has no task in dev.`);
    const solver: TaskTemplate = {
      ...template,
      *demonstrate(observation, values) {
        if (template === inviteMember) yield* go(observation, values);
        else {
          const user = yield* findAuthor(values["post"] ?? "");
          yield* go(yield* turnToCodeHost(), { ...values, user });
        }
        yield stop();
      },
    };
    return (
      await runEpisode({
        env,
        policy: createSolver(solver, config),
        task: toTask(config, SITE_URLS),
        seed: 0,
        id: String(config.task_id),
        actor: "another way",
        source: "real",
      })
    ).score;
  };

  it.each(
    [inviteMember, inviteAuthor].flatMap((template) =>
      Object.entries(WAYS).map(([way, { value, go }]) => ({ template, way, value, go })),
    ),
  )("of template $template.id $way is worth $value", async ({ template, value, go }) => {
    expect(await score(template, go)).toMatchObject({ status: "scored", value });
  });
});
