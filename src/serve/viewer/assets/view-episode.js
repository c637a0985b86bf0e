/** One episode: its facts, its steps, and the step that somebody looks at. */
(() => {
  "use strict";
  const { element, load, part, requestList, showChanges, stepContent } = dreamgymView;

  function factsOf(episode) {
    const facts = [
      ["Task", episode.task],
      ["Template", episode.template],
      ["Actor", episode.actor],
      ["World", episode.source],
      ["Seed", episode.seed],
      ["Trial", episode.trial],
      ["Seconds", episode.seconds === null ? null : episode.seconds.toFixed(1)],
      ["Answer", episode.answer],
      ["Error", episode.error],
      ["Reason", episode.outcome === "success" ? "" : episode.reason],
    ].filter(([, value]) => value !== null && value !== "");
    return element(
      "dl",
      { class: "episode-facts" },
      facts.map(([name, value]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, String(value))),
      ),
    );
  }

  function checksOf({ checks }) {
    if (checks.length === 0) return null;
    const words = { true: "passed", false: "failed", null: "unknown" };
    return part(
      "Checks",
      element(
        "ul",
        {},
        checks.map(({ kind, passed, detail }) =>
          element(
            "li",
            {},
            element("span", { class: `outcome ${words[passed]}` }, words[passed]),
            ` ${kind}: ${detail}`,
          ),
        ),
      ),
    );
  }

  function stepLink(episode, at, shown, words, badges = []) {
    return element(
      "li",
      {},
      element(
        "a",
        { href: `#e=${episode.key}&s=${at}`, "aria-current": at === shown ? "step" : null },
        element("span", { class: "number" }, at === episode.actions.length ? "■" : `${at + 1}`),
        element("span", { class: "words" }, words),
        badges,
      ),
    );
  }

  function stepsOf(episode, shown) {
    const links = episode.actions.map(({ words, error, certainty, reward }, at) =>
      stepLink(episode, at, shown, words, [
        error === null ? null : element("span", { class: "outcome failure" }, "failed"),
        certainty === null
          ? null
          : element("span", { class: "outcome dream" }, `${Math.round(100 * certainty)} %`),
        reward === 0 ? null : element("span", { class: "outcome success" }, `reward ${reward}`),
      ]),
    );
    links.push(stepLink(episode, episode.actions.length, shown, "the end"));
    return element("nav", { "aria-label": "Steps" }, element("ol", { class: "steps" }, links));
  }

  /** Draws into the main part. @returns how many steps there are, the end included */
  dreamgymView.showEpisode = async (key, at, { keyOf, isCurrent }) => {
    const main = document.getElementById("detail");
    const episode = await load(`episodes/${key}`);
    const shown = Math.min(Math.max(0, at), episode.actions.length);
    const step = await load(`episodes/${key}-${shown}`);
    if (!isCurrent()) return null;
    const isLast = shown === episode.actions.length;
    main.replaceChildren(
      element("h2", {}, episode.goal || episode.id),
      element(
        "p",
        { class: "lead" },
        element("span", { class: `outcome ${episode.outcome.replace(" ", "-")}` }, episode.outcome),
        ` ${episode.id}`,
      ),
      factsOf(episode),
      ...episode.uncaptured.map((text) => element("p", { class: "warning" }, text)),
      element(
        "div",
        { class: "episode" },
        stepsOf(episode, shown),
        element(
          "article",
          { "aria-label": isLast ? "The end" : `Step ${shown + 1}` },
          element("h3", { class: "action" }, isLast ? "The end" : `${shown + 1}. ${step.words}`),
          element("p", { class: "address" }, `${step.title} — ${step.url}`),
          step.tabs.length < 2
            ? null
            : element("p", { class: "facts" }, `Tabs: ${step.tabs.join(" · ")}`),
          stepContent(step, keyOf),
          isLast ? checksOf(episode) : null,
          shown === 0 && episode.startRequests.length > 0
            ? part("Requests of the start pages", requestList(episode.startRequests))
            : null,
        ),
      ),
    );
    const current = main.querySelector('[aria-current="step"]');
    current.scrollIntoView({ block: "nearest" });
    showChanges();
    document.title = `${shown + 1} · ${episode.goal || episode.id}`;
    return episode.actions.length + 1;
  };
})();
