/** One step: page, accessibility tree with changes, requests, and the dream next to reality. */
(() => {
  "use strict";
  const { element, load } = dreamgymView;
  const NAMES = { "+": "added", "-": "removed", "~": "changed", " ": "same" };

  /** A recorded page, in a frame without scripts. Same origin only so that this page may scroll it. */
  function pageFrame(key, label) {
    if (key === null) return element("p", { class: "empty" }, "No page was recorded here.");
    const frame = element("iframe", { title: label, sandbox: "allow-same-origin" });
    frame.addEventListener("load", () => {
      // Not `scrollIntoView`: that would scroll this page, too.
      const box = frame.contentDocument
        ?.querySelector("[data-dreamgym-target]")
        ?.getBoundingClientRect();
      if (box) frame.contentWindow.scrollBy(0, box.top - frame.clientHeight / 3);
    });
    load(key).then(
      (html) => (frame.srcdoc = html),
      (error) => frame.replaceWith(element("p", { class: "empty" }, error.message)),
    );
    return frame;
  }

  function screenshot(address, label) {
    return element("img", { src: address, alt: label, class: "screenshot" });
  }

  function treeOf({ lines, target }, label) {
    const tree = element("pre", {
      class: "tree",
      tabindex: "0",
      role: "region",
      "aria-label": label,
    });
    lines.forEach(([mark, depth, text, before], at) => {
      const line = element("span", {
        class: `line ${NAMES[mark]}${at === target ? " target" : ""}`,
      });
      line.append(`${mark} ${"  ".repeat(depth)}${text}`);
      if (before !== undefined) line.append(element("del", {}, `   was ${before}`));
      if (at === target) line.append(element("b", {}, "   ← acted on"));
      tree.append(line, "\n");
    });
    return tree;
  }

  function changesOf({ lines }) {
    const count = (mark) => lines.filter(([own]) => own === mark).length;
    return `+${count("+")} −${count("-")} ~${count("~")}`;
  }

  function requestsOf(requests) {
    if (requests.length === 0) return element("p", { class: "empty" }, "It sent no request.");
    return element(
      "ul",
      { class: "requests" },
      requests.map(({ line, fields }) =>
        element(
          "li",
          {},
          element("code", {}, line),
          fields.length === 0
            ? null
            : element(
                "ul",
                {},
                fields.map((f) => element("li", {}, f)),
              ),
        ),
      ),
    );
  }

  function part(title, ...content) {
    return element("section", { class: "part" }, element("h3", {}, title), content);
  }

  function percent(certainty) {
    return certainty === null ? "–" : `${Math.round(100 * certainty)} %`;
  }

  function evidenceOf(evidence, keyOf) {
    return element(
      "ul",
      {},
      evidence.map((id) => {
        const cut = id.lastIndexOf("#");
        const key = keyOf(id.slice(0, cut));
        const step = id.slice(cut + 1);
        return element(
          "li",
          {},
          key === undefined ? id : element("a", { href: `#e=${key}&s=${step}` }, id),
        );
      }),
    );
  }

  function dreamOf(dream, keyOf) {
    if (dream === null) return null;
    const { certainty, reasoning, evidence, isMissing } = dream;
    return part(
      "Dream of this page",
      element(
        "p",
        {},
        "Certainty ",
        element("meter", { min: 0, max: 1, value: certainty ?? 0, "aria-label": "Certainty" }),
        ` ${percent(certainty)}`,
      ),
      isMissing
        ? element("p", { class: "warning" }, "The dream's page lacked the element: it did nothing.")
        : null,
      reasoning.map((text) => element("p", {}, text)),
      evidence.length === 0
        ? element("p", { class: "empty" }, "It names no evidence.")
        : element(
            "div",
            {},
            element("p", {}, "Evidence, best first:"),
            evidenceOf(evidence, keyOf),
          ),
    );
  }

  function pagesOf(step) {
    const beside = step.dream?.beside ?? null;
    const picture =
      step.screenshot === null
        ? null
        : part("Screenshot", screenshot(step.screenshot, `Screenshot of ${step.url}`));
    // A picture needs no text that says that the page is missing.
    const hasPage = step.page !== null || picture === null;
    const page = hasPage ? pageFrame(step.page, `Recorded page ${step.url}`) : null;
    const real = page === null ? null : part(beside === null ? "Page" : "Reality", page);
    if (beside === null) return [picture, real];
    const isSame = beside.url === step.url;
    return [
      picture,
      real,
      part(
        "Dream of it",
        isSame ? null : element("p", { class: "warning" }, `Another page: ${beside.url}`),
        pageFrame(beside.page, `Dreamed page ${beside.url}`),
      ),
    ];
  }

  /** @param keyOf the key of an episode by its id, or undefined */
  dreamgymView.stepContent = (step, keyOf) => {
    const beside = step.dream?.beside ?? null;
    return [
      step.lastActionError === null
        ? null
        : element("p", { class: "warning" }, `The action before failed: ${step.lastActionError}`),
      step.thought === null
        ? null
        : part("Reasoning", element("p", { class: "thought" }, step.thought)),
      element(
        "div",
        { class: "side-by-side" },
        pagesOf(step),
        part(
          step.words === "" ? "Accessibility tree" : `Accessibility tree, ${changesOf(step.tree)}`,
          treeOf(step.tree, "Accessibility tree"),
        ),
        beside === null
          ? null
          : part(
              `Dream against reality, ${changesOf(beside.tree)}`,
              treeOf(beside.tree, "Dream against reality"),
            ),
      ),
      dreamOf(step.dream, keyOf),
      step.effects.length === 0
        ? null
        : part(
            "What else happened",
            element(
              "ul",
              {},
              step.effects.map((text) => element("li", {}, text)),
            ),
          ),
      step.words === "" ? null : part("Requests of the action", requestsOf(step.requests)),
    ].filter((content) => content !== null);
  };
  /** Scrolls each tree to what matters in it. */
  dreamgymView.showChanges = () => {
    for (const tree of document.querySelectorAll(".tree")) {
      const line = tree.querySelector(".target") ?? tree.querySelector(".line:not(.same)");
      if (line !== null) tree.scrollTop = line.offsetTop - tree.clientHeight / 3;
    }
  };
  dreamgymView.requestList = requestsOf;
  dreamgymView.part = part;
})();
