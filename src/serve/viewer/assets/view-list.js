/** The list of episodes with its filters. It draws a part of the rows at a time. */
(() => {
  "use strict";
  const { element } = dreamgymView;
  const PART = 200;
  const FILTERS = [
    { name: "site", label: "Site", valuesOf: (row) => row.sites },
    { name: "template", label: "Template", valuesOf: (row) => [row.template] },
    { name: "outcome", label: "Outcome", valuesOf: (row) => [row.outcome] },
    { name: "error", label: "Error", valuesOf: (row) => (row.error === "" ? [] : [row.error]) },
    { name: "group", label: "Folder", valuesOf: (row) => (row.group === "" ? [] : [row.group]) },
  ];

  function countValues(rows, valuesOf) {
    const counts = new Map();
    for (const row of rows)
      for (const value of valuesOf(row)) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  }

  /** @returns the list: which rows it shows, and how to mark the current one */
  dreamgymView.createList = (rows) => {
    const form = document.getElementById("filters");
    const list = document.getElementById("rows");
    const more = document.getElementById("more");
    const count = document.getElementById("count");
    const search = element("input", { type: "search", id: "search", "aria-label": "Search" });
    search.placeholder = "Search goals, tasks, ids";
    form.append(search);
    const chosen = FILTERS.flatMap(({ name, label, valuesOf }) => {
      const values = countValues(rows, valuesOf);
      if (values.length === 0) return [];
      const select = element(
        "select",
        { id: `filter-${name}`, name },
        element("option", { value: "" }, "all"),
        values.map(([value, n]) => element("option", { value }, `${value} (${n})`)),
      );
      form.append(element("label", {}, element("span", {}, label), select));
      return [{ select, valuesOf }];
    });
    let shown = rows;
    let drawn = 0;
    let current = null;

    function draw() {
      const part = shown.slice(drawn, drawn + PART);
      drawn += part.length;
      list.append(...part.map(rowOf));
      more.hidden = drawn >= shown.length;
    }

    function filter() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = chosen.filter(({ select }) => select.value !== "");
      shown = rows.filter((row) => {
        if (!wanted.every(({ select, valuesOf }) => valuesOf(row).includes(select.value)))
          return false;
        const text = `${row.goal} ${row.id} ${row.task} ${row.actor}`.toLowerCase();
        return words.every((word) => text.includes(word));
      });
      const successes = shown.filter(({ outcome }) => outcome === "success").length;
      count.textContent = `${shown.length} of ${rows.length} episodes, ${successes} successful`;
      list.replaceChildren();
      drawn = 0;
      draw();
      mark(current);
    }

    function mark(key) {
      current = key;
      for (const link of list.querySelectorAll('[aria-current="true"]'))
        link.removeAttribute("aria-current");
      const at = shown.findIndex((row) => row.key === key);
      if (at === -1) return;
      while (drawn <= at) draw();
      const link = list.children[at].firstElementChild;
      link.setAttribute("aria-current", "true");
      link.scrollIntoView({ block: "nearest" });
    }

    more.addEventListener("click", draw);
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
    return {
      mark,
      /** Key of the episode so many rows further, or null. */
      beside(key, by) {
        const at = shown.findIndex((row) => row.key === key);
        return shown[at === -1 ? 0 : at + by]?.key ?? null;
      },
      focusSearch: () => search.focus(),
    };
  };

  function rowOf(row) {
    const facts = [row.task, row.actor, row.sites.join(" "), `${row.steps} steps`, row.error];
    return element(
      "li",
      {},
      element(
        "a",
        { href: `#e=${row.key}&s=0` },
        element("span", { class: `outcome ${row.outcome.replace(" ", "-")}` }, row.outcome),
        row.source === "synthetic" ? element("span", { class: "outcome dream" }, "dream") : null,
        element("span", { class: "goal" }, row.goal || row.id),
        element("span", { class: "facts" }, facts.filter(Boolean).join(" · ")),
      ),
    );
  }
})();
