/** Reads the address, draws what it names, and listens to keys. `#e=12&s=3` is step 3 of episode 12. */
(() => {
  "use strict";
  const { createList, element, load, showChanges, showEpisode } = dreamgymView;
  let list = null;
  let keyOf = () => undefined;
  let here = { episode: null, step: 0, steps: 0 };
  let drawing = 0;

  /** `#id=…` names an episode by its id, for links from outside. */
  function readAddress() {
    const named = new URLSearchParams(location.hash.slice(1));
    const id = named.get("id");
    const episode = id === null ? named.get("e") : (keyOf(id) ?? null);
    return { episode, step: Number(named.get("s") ?? 0) || 0 };
  }

  async function draw() {
    const { episode, step } = readAddress();
    if (episode === null) return;
    const own = ++drawing;
    here = { ...here, episode, step };
    list.mark(episode);
    try {
      const steps = await showEpisode(episode, step, { keyOf, isCurrent: () => own === drawing });
      if (steps !== null) here = { episode, step: Math.min(step, steps - 1), steps };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      document
        .getElementById("detail")
        .replaceChildren(element("p", { class: "warning" }, message));
    }
  }

  function go(episode, step) {
    if (episode !== null) location.hash = `#e=${episode}&s=${step}`;
  }

  const KEYS = {
    j: () => go(list.beside(here.episode, 1), 0),
    k: () => go(list.beside(here.episode, -1), 0),
    ArrowRight: () => here.step + 1 < here.steps && go(here.episode, here.step + 1),
    ArrowLeft: () => here.step > 0 && go(here.episode, here.step - 1),
    c: () => {
      document.body.classList.toggle("only-changes");
      showChanges();
    },
    "/": () => list.focusSearch(),
    "?": () => document.getElementById("keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(?:INPUT|SELECT|TEXTAREA|METER)$/.test(event.target.tagName)) return;
    // A tree scrolls sideways with the arrows.
    if (event.key.startsWith("Arrow") && event.target.closest?.(".tree")) return;
    const act = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : undefined;
    if (act === undefined || document.getElementById("keys").open) return;
    event.preventDefault();
    act();
  });
  document.getElementById("keys-button").addEventListener("click", KEYS["?"]);
  window.addEventListener("hashchange", () => void draw());

  load("list").then(
    ({ title, rows }) => {
      document.getElementById("title").textContent = title;
      document.title = title;
      const keys = new Map(rows.map(({ id, key }) => [id, key]));
      keyOf = (id) => keys.get(id);
      list = createList(rows);
      if (readAddress().episode === null && rows.length > 0)
        history.replaceState(null, "", `#e=${rows[0].key}&s=0`);
      return draw();
    },
    (error) => (document.getElementById("detail").textContent = error.message),
  );
})();
